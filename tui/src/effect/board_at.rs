//! Reads the board as it was at a past instant.

use sluice_proto::v1;

use crate::client::{Connection, refusal, timed};
use crate::message::Refusal;
use crate::past::BoardAt;
use crate::record::Micros;
use crate::wire;

/// Deals of one page: the server's limit.
const FULL_PAGE: i32 = 1_000;
/// Pages read at most: more deals than any screen was made for.
const MAX_PAGES: usize = 1_000;

/// Pipelines and deals of that time, without what was archived then.
pub(super) async fn read(connection: &Connection, at: Micros) -> Result<BoardAt, Refusal> {
    let mut request = v1::GetBoardAtRequest {
        as_of_time: Some(wire::timestamp(at)),
        filter: "archived:false".to_owned(),
        page_size: FULL_PAGE,
        ..Default::default()
    };
    let mut board = BoardAt::default();
    for _ in 0..MAX_PAGES {
        let answer = connection
            .funnel()
            .get_board_at(timed(request.clone()))
            .await
            .map_err(|status| refusal(&status))?
            .into_inner();
        let pipelines = answer.pipelines.into_iter();
        board.pipelines.extend(pipelines.filter_map(wire::pipeline));
        let cards = answer.opportunities.into_iter();
        board.cards.extend(cards.filter_map(wire::card));
        if answer.next_page_token.is_empty() {
            break;
        }
        request.page_token = answer.next_page_token;
    }
    Ok(board)
}
