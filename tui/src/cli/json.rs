//! The proto JSON mapping of any message of the API, with the names the protos give.

use std::sync::LazyLock;

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, SerializeOptions};
use serde::Serialize;

use super::failure::{Exit, Failure, Outcome};

const PACKAGE: &str = "sluice.v1";

static POOL: LazyLock<Result<DescriptorPool, String>> = LazyLock::new(|| {
    DescriptorPool::decode(sluice_proto::DESCRIPTOR_SET).map_err(|error| error.to_string())
});

/// What the message `sluice.v1.NAME` is made of.
///
/// # Errors
/// Why it is not known.
pub fn descriptor(name: &str) -> Result<MessageDescriptor, String> {
    let pool = POOL.as_ref().map_err(Clone::clone)?;
    pool.get_message_by_name(&format!("{PACKAGE}.{name}"))
        .ok_or_else(|| "there is no such message".into())
}

/// A message as JSON writes it: original field names, 64-bit integers as strings, default values included.
pub struct Json(DynamicMessage);

impl Json {
    /// The message `sluice.v1.NAME` in its JSON form.
    pub fn of(name: &str, message: &impl Message) -> Outcome<Self> {
        let broken = |reason: String| {
            Failure::new(
                Exit::Failed,
                format!("cannot write {PACKAGE}.{name} as JSON: {reason}"),
            )
        };
        let descriptor = descriptor(name).map_err(broken)?;
        DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice())
            .map(Self)
            .map_err(|error| broken(error.to_string()))
    }
}

impl Serialize for Json {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let options = SerializeOptions::new()
            .use_proto_field_name(true)
            .skip_default_fields(false)
            .stringify_64_bit_integers(true);
        self.0.serialize_with_options(serializer, &options)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use sluice_proto::v1;

    #[test]
    fn json_is_the_proto_mapping_with_original_names() {
        let response = v1::CreateOpportunityResponse {
            opportunity: Some(v1::Opportunity {
                id: "opportunities/7".into(),
                amount: Some(v1::Money {
                    amount_minor: 120_000_000,
                    currency_code: "CNY".into(),
                }),
                stage_kind: v1::StageKind::Open.into(),
                create_time: Some(prost_types::Timestamp {
                    seconds: 1_600_000_000,
                    nanos: 0,
                }),
                ..Default::default()
            }),
            revision: 12,
        };
        let json = Json::of("CreateOpportunityResponse", &response).unwrap();
        let json = serde_json::to_value(json).unwrap();
        assert_eq!(json["revision"], "12");
        let opportunity = &json["opportunity"];
        assert_eq!(opportunity["amount"]["amount_minor"], "120000000");
        assert_eq!(opportunity["stage_kind"], "STAGE_KIND_OPEN");
        assert_eq!(opportunity["create_time"], "2020-09-13T12:26:40Z");
        assert_eq!(opportunity["archived"], false);
        assert_eq!(opportunity.get("win_probability_override_bp"), None);
        assert!(Json::of("NoSuchMessage", &response).is_err());
    }
}
