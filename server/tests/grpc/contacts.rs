//! Contacts whose customer is not known yet, or becomes known.

use sluice_proto::v1;
use tonic::{Code, Status};

use crate::support::{Fixture, fields, mask, reason};

async fn update(
    fixture: &Fixture,
    customer_id: &str,
    paths: &[&str],
) -> Result<v1::Contact, Status> {
    let request = v1::UpdateContactRequest {
        contact: Some(v1::Contact {
            id: "contacts/1".into(),
            customer_id: customer_id.into(),
            ..Default::default()
        }),
        update_mask: mask(paths),
        ..Default::default()
    };
    let answer = fixture.contacts().update_contact(request).await?;
    Ok(answer.into_inner().contact.unwrap())
}

#[tokio::test]
async fn a_contact_is_made_without_a_customer_and_gets_one_once() {
    let fixture = Fixture::start().await;
    for name in ["Acme", "Globex"] {
        let request = v1::CreateCustomerRequest {
            customer: Some(v1::Customer {
                name: name.into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        fixture.customers().create_customer(request).await.unwrap();
    }
    let request = v1::CreateContactRequest {
        contact: Some(v1::Contact {
            name: "kim".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let made = fixture
        .contacts()
        .create_contact(request)
        .await
        .unwrap()
        .into_inner()
        .contact
        .unwrap();
    assert_eq!(
        (made.id.as_str(), made.customer_id.as_str()),
        ("contacts/1", "")
    );

    let wrong = update(&fixture, "nonsense", &["customer_id"])
        .await
        .unwrap_err();
    assert_eq!(fields(&wrong), ["contact.customer_id"]);
    let given = update(&fixture, "customers/1", &["customer_id"])
        .await
        .unwrap();
    assert_eq!(given.customer_id, "customers/1");
    for customer_id in ["customers/2", ""] {
        let refused = update(&fixture, customer_id, &["customer_id"])
            .await
            .unwrap_err();
        assert_eq!(refused.code(), Code::FailedPrecondition);
        assert_eq!(reason(&refused), "CONTACT_HAS_CUSTOMER");
    }
    let same = update(&fixture, "customers/1", &[]).await.unwrap();
    assert_eq!(same.revision, given.revision);

    let request = v1::ListContactsRequest {
        filter: "customer:Acme".into(),
        ..Default::default()
    };
    let listed = fixture
        .contacts()
        .list_contacts(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(listed.contacts, [given]);
}
