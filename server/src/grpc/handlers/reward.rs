//! `RewardService`.

use sluice_domain::reward_statistics::reward_statistics as statistics;
use sluice_proto::v1::{self, reward_service_server::RewardService};
use tonic::{Request, Response};

use super::{blocking, service};
use crate::grpc::{
    api::{Reply, reply},
    convert::{reward, reward_account, reward_statistics},
};

service! { RewardService:
    change grant_reward(GrantRewardRequest) -> GrantRewardResponse { reward } by reward::grant;
    change approve_reward(ApproveRewardRequest) -> ApproveRewardResponse { reward } by reward::approve;
    change refuse_reward(RefuseRewardRequest) -> RefuseRewardResponse { reward } by reward::refuse;
    change reverse_reward(ReverseRewardRequest) -> ReverseRewardResponse { reward } by reward::reverse;
    change fund_reward(FundRewardRequest) -> FundRewardResponse { reward } by reward::fund;
    get get_reward(GetRewardRequest) -> GetRewardResponse { reward };
    list list_rewards(ListRewardsRequest) -> ListRewardsResponse { rewards };
    other {
        async fn claim_rewards(&self, request: Request<v1::ClaimRewardsRequest>) -> Reply<v1::ClaimRewardsResponse> {
            let (call, request) = self.open(request)?;
            let mutation = reward::claim(request, &call);
            let command = mutation.command.clone();
            let outcome = self.submit(&call, mutation).await?;
            let rewards = reward::write_claimed(&command, &outcome, &call);
            reply(v1::ClaimRewardsResponse { rewards, revision: outcome.revision })
        }

        async fn explain_reward(&self, request: Request<v1::ExplainRewardRequest>) -> Reply<v1::ExplainRewardResponse> {
            let (call, request) = self.open(request)?;
            let found = reward::named("id", &request.id, &call.state)?;
            Ok(Response::new(reward::write_explanation(found, &call.state)))
        }

        async fn get_reward_account(&self, request: Request<v1::GetRewardAccountRequest>) -> Reply<v1::GetRewardAccountResponse> {
            let (call, request) = self.open(request)?;
            let query = reward_account::query(&request, &call)?;
            reply(reward_account::write(query, &call))
        }

        async fn query_reward_statistics(&self, request: Request<v1::QueryRewardStatisticsRequest>) -> Reply<v1::QueryRewardStatisticsResponse> {
            let (call, request) = self.open(request)?;
            let query = reward_statistics::query(&request, &call)?;
            let state = call.state.clone();
            let found = blocking(move || statistics(&state, &query)).await?;
            Ok(Response::new(reward_statistics::write(&query, found, &call)))
        }
    }
}
