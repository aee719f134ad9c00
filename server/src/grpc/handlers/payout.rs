//! `PayoutService`.

use sluice_domain::PayoutId;
use sluice_proto::v1::{self, payout_service_server::PayoutService};
use tonic::{Request, Response};

use super::service;
use crate::grpc::{
    api::Reply,
    convert::{Resource as _, payout},
    refuse,
    status::Refusal,
};

service! { PayoutService:
    change create_payout(CreatePayoutRequest) -> CreatePayoutResponse { payout } by payout::create;
    change mark_payout_paid(MarkPayoutPaidRequest) -> MarkPayoutPaidResponse { payout } by payout::mark_paid;
    change cancel_payout(CancelPayoutRequest) -> CancelPayoutResponse { payout } by payout::cancel;
    get get_payout(GetPayoutRequest) -> GetPayoutResponse { payout };
    list list_payouts(ListPayoutsRequest) -> ListPayoutsResponse { payouts };
    other {
        async fn list_payout_lines(&self, request: Request<v1::ListPayoutLinesRequest>) -> Reply<v1::ListPayoutLinesResponse> {
            let (call, request) = self.open(request)?;
            let key = v1::Payout::key(&request.id)
                .map_err(|description| Refusal::invalid("INVALID_ID", "id", description))?;
            let found = call.state.payout(PayoutId(key.id)).ok_or_else(|| refuse::not_found(key))?;
            Ok(Response::new(payout::write_lines(found, &call.state)))
        }
    }
}
