//! What is read of incentives besides rewards: templates, rehearsals, statistics.

use sluice_proto::v1;

use crate::{
    incentive_support::{bp, company, grant_terms, opportunity_terms},
    support::{Fixture, fields},
};

#[tokio::test]
async fn templates_can_be_created_as_they_are_and_rehearsed() {
    let fixture = Fixture::start().await;
    let mut schemes = fixture.schemes();
    let request = v1::ListSchemeTemplatesRequest {};
    let answer = schemes.list_scheme_templates(request).await.unwrap();
    let templates = answer.into_inner().templates;
    assert!(templates.len() >= 7, "at least one of each system");
    for template in &templates {
        assert!(!template.sentence.is_empty(), "{}", template.key);
        let create = v1::CreateSchemeRequest {
            name: template.name.clone(),
            unit: template.unit,
            terms: template.terms.clone(),
            ..Default::default()
        };
        let created = schemes.create_scheme(create).await.unwrap().into_inner();
        let draft = created.scheme.unwrap();
        assert_eq!(draft.draft, template.terms, "{}", template.key);
        assert_eq!(draft.state(), v1::SchemeState::Draft);
    }
    let list = v1::ListSchemesRequest::default();
    let listed = schemes.list_schemes(list).await.unwrap().into_inner();
    assert_eq!(usize::try_from(listed.total_size).unwrap(), templates.len());
}

#[tokio::test]
async fn statistics_sum_what_was_issued_by_scheme_and_by_member() {
    let company = company(3).await;
    let grants = company.publish("Well done", grant_terms(10_000)).await;
    company.give(&grants, 0, 300).await;
    let query = |by: v1::RewardGrouping| v1::QueryRewardStatisticsRequest {
        by: by.into(),
        ..Default::default()
    };
    let mut rewards = company.fixture.rewards();
    let by_scheme = query(v1::RewardGrouping::Scheme);
    let statistics = rewards
        .query_reward_statistics(by_scheme)
        .await
        .unwrap()
        .into_inner();
    let row = &statistics.rows[0];
    assert_eq!(
        (row.subject.as_str(), row.count, row.issued),
        ("Well done", 1, 300)
    );
    assert_eq!(statistics.total.unwrap().issued, 300);
}

#[tokio::test]
async fn a_rehearsal_says_who_would_have_been_paid_what_and_writes_nothing() {
    let company = company(2).await;
    let wins = opportunity_terms(v1::OpportunityTrigger::Won, bp(100, 0));
    let scheme = company.publish("Wins", wins).await;
    let reward = company.win(0, 100_000_000).await;
    let mut schemes = company.fixture.schemes();
    let rehearse = v1::RehearseSchemeRequest {
        id: scheme.id.clone(),
        terms: Some(opportunity_terms(v1::OpportunityTrigger::Won, bp(200, 0))),
        cycle: "this-year".into(),
        ..Default::default()
    };
    let answer = schemes.rehearse_scheme(rehearse.clone()).await.unwrap();
    let answer = answer.into_inner();
    assert_eq!(
        (answer.amount, answer.paid_amount),
        (2 * reward.amount, reward.amount)
    );
    assert_eq!(answer.members.len(), 1);
    assert_eq!(answer.members[0].member_id, company.members[0]);
    let again = schemes.rehearse_scheme(rehearse.clone()).await.unwrap();
    let again = again.into_inner();
    assert_eq!(
        again, answer,
        "the same question has the same answer, at the same revision"
    );
    let unnamed = v1::RehearseSchemeRequest::default();
    let wrong = schemes.rehearse_scheme(unnamed).await.unwrap_err();
    assert_eq!(fields(&wrong), ["cycle", "terms"]);
    let mut unpaid = rehearse;
    unpaid.terms = Some(opportunity_terms(v1::OpportunityTrigger::Won, bp(0, 0)));
    let wrong = schemes.rehearse_scheme(unpaid).await.unwrap_err();
    let told = fields(&wrong);
    assert!(
        told.iter().all(|field| field.starts_with("terms.")),
        "{told:?}"
    );
}
