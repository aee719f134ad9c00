//! `ActivityService`.

use sluice_proto::v1::{self, activity_service_server::ActivityService};

use super::service;
use crate::grpc::convert::activity;

service! { ActivityService:
    change log_activity(LogActivityRequest) -> LogActivityResponse { activity } by activity::log;
    get get_activity(GetActivityRequest) -> GetActivityResponse { activity };
    list list_activities(ListActivitiesRequest) -> ListActivitiesResponse { activities };
}
