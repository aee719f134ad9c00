//! `LedgerService`.

use sluice_proto::v1::{self, ledger_service_server::LedgerService};
use tonic::{Request, Response};

use crate::grpc::{
    api::{Api, ListQuery, Page, Reply},
    convert::ledger,
    page::{query_hash, slice},
};

#[tonic::async_trait]
impl LedgerService for Api {
    async fn list_ledger_transactions(
        &self,
        request: Request<v1::ListLedgerTransactionsRequest>,
    ) -> Reply<v1::ListLedgerTransactionsResponse> {
        let (call, request) = self.open(request)?;
        let wanted = ledger::wanted_transactions(&request)?;
        let v1::ListLedgerTransactionsRequest {
            page_size,
            page_token,
            owner_id,
            account,
            reward_id,
            payout_id,
        } = request;
        let scope = format!("{owner_id} {account} {reward_id} {payout_id}");
        let query = ListQuery {
            page_size,
            page_token,
            filter: String::new(),
            order_by: String::new(),
        };
        let Page {
            items: transactions,
            next_page_token,
            revision,
            total_size,
        } = self.list_where(&call, &query, &scope, wanted)?;
        Ok(Response::new(v1::ListLedgerTransactionsResponse {
            transactions,
            next_page_token,
            revision,
            total_size,
        }))
    }

    async fn list_ledger_accounts(
        &self,
        request: Request<v1::ListLedgerAccountsRequest>,
    ) -> Reply<v1::ListLedgerAccountsResponse> {
        let (call, request) = self.open(request)?;
        let found = ledger::accounts(&request, &call.state)?;
        let hash = query_hash(&[
            "ledgerAccounts",
            &request.owner_id,
            &request.kind.to_string(),
        ]);
        let page = slice(hash, request.page_size, &request.page_token, found)?;
        Ok(Response::new(v1::ListLedgerAccountsResponse {
            accounts: page.items,
            next_page_token: page.next_page_token,
            revision: call.state.revision(),
        }))
    }
}
