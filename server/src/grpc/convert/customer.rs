//! Customers between API and domain.

use sluice_domain::{
    Command, Customer, CustomerId,
    command::{CreateCustomer, UpdateCustomer},
};
use sluice_proto::v1;

use super::{
    Call, Fields, Mask, Mutation, check_in,
    value::{Id as _, etag, id_or_empty, or_empty, text, time},
};

/// Fields an update may name.
const UPDATABLE: [&str; 9] = [
    "name",
    "industry",
    "region",
    "website",
    "phone",
    "note",
    "owner_id",
    "external_id",
    "sites",
];

/// Reads CreateCustomer.
pub fn create(request: v1::CreateCustomerRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("customer.");
    let customer = fields.message(request.customer);
    let command = CreateCustomer {
        owner: fields.optional_id("owner_id", &customer.owner_id),
        name: customer.name,
        industry: text(customer.industry),
        region: text(customer.region),
        website: text(customer.website),
        phone: text(customer.phone),
        note: text(customer.note),
        external_id: text(customer.external_id),
        sites: check_in::read_sites(customer.sites),
    };
    fields.mutation(
        Command::CreateCustomer(command),
        request.request_id,
        request.validate_only,
    )
}

/// Reads UpdateCustomer.
pub fn update(request: v1::UpdateCustomerRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("customer.");
    let customer = fields.message(request.customer);
    let mask = Mask::read(&mut fields, request.update_mask, &UPDATABLE);
    let id: CustomerId = fields.id("id", &customer.id);
    let command = UpdateCustomer {
        id,
        owner: mask.patch(
            "owner_id",
            fields.optional_id("owner_id", &customer.owner_id),
        ),
        name: mask.field("name", customer.name),
        industry: mask.text("industry", customer.industry),
        region: mask.text("region", customer.region),
        website: mask.text("website", customer.website),
        phone: mask.text("phone", customer.phone),
        note: mask.text("note", customer.note),
        external_id: mask.text("external_id", customer.external_id),
        sites: mask.field("sites", check_in::read_sites(customer.sites)),
    };
    fields
        .mutation(
            Command::UpdateCustomer(command),
            request.request_id,
            request.validate_only,
        )
        .with_etag(id, customer.etag)
}

/// Writes a customer.
pub fn write(customer: &Customer) -> v1::Customer {
    v1::Customer {
        id: customer.id.write(),
        name: customer.name.to_string(),
        industry: or_empty(&customer.industry),
        region: or_empty(&customer.region),
        website: or_empty(&customer.website),
        phone: or_empty(&customer.phone),
        note: or_empty(&customer.note),
        owner_id: id_or_empty(customer.owner),
        external_id: or_empty(&customer.external_id),
        create_time: Some(time(customer.created_at)),
        revision: customer.revision,
        etag: etag(customer.revision),
        sites: check_in::write_sites(&customer.sites),
    }
}
