//! `AlertService`.

use sluice_proto::v1::{self, alert_service_server::AlertService};

use super::service;
use crate::grpc::convert::alert;

service! { AlertService:
    change acknowledge_alert(AcknowledgeAlertRequest) -> AcknowledgeAlertResponse { alert } by alert::acknowledge;
    change snooze_alert(SnoozeAlertRequest) -> SnoozeAlertResponse { alert } by alert::snooze;
    get get_alert(GetAlertRequest) -> GetAlertResponse { alert };
    list list_alerts(ListAlertsRequest) -> ListAlertsResponse { alerts };
}
