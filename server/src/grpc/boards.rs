//! Leaderboards that were asked for lately: the next one who asks pays for what was scored since, not for everybody's sums.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sluice_domain::{
    State, Timestamp,
    leaderboard::{Board, LeaderboardQuery},
};

/// Boards kept; the one not asked for longest goes first. A board of 10,000 members takes about two megabytes.
const MAX_BOARDS: usize = 32;

/// A board of one query. None until the first who asked has summed it.
type Kept = Arc<Mutex<Option<Board>>>;

/// The boards of one server, the last asked for at the end.
#[derive(Clone, Debug, Default)]
pub struct Boards {
    kept: Arc<Mutex<Vec<(LeaderboardQuery, Kept)>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is behind it is replaced whole: it holds whatever happened to who held the lock.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Boards {
    /// The board of a query at a state, as of an instant.
    pub fn of(&self, state: &State, query: &LeaderboardQuery, now: Timestamp) -> Board {
        let kept = self.place(query);
        // Only who asks for the same board waits here.
        let mut kept = lock(&kept);
        match kept.as_mut() {
            // Somebody with a newer state came first: theirs stays.
            Some(board) if board.revision() > state.revision() => Board::of(state, query, now),
            Some(board) => {
                board.advance(state, now);
                board.clone()
            }
            None => kept.insert(Board::of(state, query, now)).clone(),
        }
    }

    fn place(&self, query: &LeaderboardQuery) -> Kept {
        let mut all = lock(&self.kept);
        let found = all.iter().position(|(own, _)| own == query);
        let place = match found {
            Some(place) => all.remove(place),
            None => {
                if all.len() >= MAX_BOARDS {
                    all.remove(0);
                }
                (query.clone(), Kept::default())
            }
        };
        let kept = place.1.clone();
        all.push(place);
        kept
    }
}
