//! `BadgeService`.

use sluice_proto::v1::{self, badge_service_server::BadgeService};

use super::service;
use crate::grpc::convert::badge;

service! { BadgeService:
    change give_thanks(GiveThanksRequest) -> GiveThanksResponse { badge } by badge::thank;
    list list_badges(ListBadgesRequest) -> ListBadgesResponse { badges };
}
