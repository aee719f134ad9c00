//! The clock: the only place of the server that reads the time of day.

use std::sync::{Arc, Mutex, PoisonError};

use sluice_domain::Timestamp;

/// Called when the time has jumped, so that whoever waits for a deadline looks again.
pub type Waker = Box<dyn Fn() + Send + Sync>;

/// Where the writer gets the time of a commit from.
pub trait Clock: Send + Sync {
    /// Now. May go back: the writer never lets a commit's time do so.
    fn now(&self) -> Timestamp;

    /// Registers a waker for clocks that jump.
    fn on_jump(&self, waker: Waker);
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_microsecond())
    }

    fn on_jump(&self, _: Waker) {
        // Real time passes while the writer waits; it looks again often enough by itself.
    }
}

/// A clock that stands still until told to move, or to follow the time of day: for tests and simulations.
#[derive(Clone)]
pub struct ManualClock(Arc<Mutex<Manual>>);

struct Manual {
    /// None once it follows the operating system's.
    now: Option<Timestamp>,
    wakers: Vec<Waker>,
}

impl std::fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ManualClock").field(&self.now()).finish()
    }
}

impl ManualClock {
    /// A clock standing at `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(Manual {
            now: Some(now),
            wakers: Vec::new(),
        })))
    }

    /// Moves it on.
    pub fn advance_micros(&self, micros: i64) {
        self.change(|now| now.map(|now| Timestamp(now.0.saturating_add(micros))));
    }

    /// Moves it to an instant; one that has passed changes nothing.
    pub fn advance_to(&self, at: Timestamp) {
        self.change(|now| now.map(|now| now.max(at)));
    }

    /// From now on it is the operating system's clock.
    pub fn follow_system(&self) {
        self.change(|_| None);
    }

    fn change(&self, change: impl FnOnce(Option<Timestamp>) -> Option<Timestamp>) {
        let mut manual = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        manual.now = change(manual.now);
        for waker in &manual.wakers {
            waker();
        }
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let manual = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        manual.now.unwrap_or_else(|| SystemClock.now())
    }

    fn on_jump(&self, waker: Waker) {
        let mut manual = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        manual.wakers.push(waker);
    }
}
