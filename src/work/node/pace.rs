//! Asking again and again without hammering. The waiting is handed in, so that tests can run a day in a moment.

use crate::work::Backoff;
use std::time::Duration;

/// How one question went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Answered; ask again after this long.
    Well(Duration),
    /// Not answered, or with nothing new where only news are worth an answer: back off.
    Badly,
    /// Never ask again.
    Enough,
}

/// Asks until someone has had enough. `wait` says whether to go on; it may end early when there is reason to ask now.
pub(super) fn keep_asking(
    mut backoff: Backoff,
    mut ask: impl FnMut() -> Asked,
    mut wait: impl FnMut(Duration) -> bool,
) {
    loop {
        let pause = match ask() {
            Asked::Well(pause) => {
                backoff.reset();
                pause
            }
            Asked::Badly => backoff.wait_after_failure(),
            Asked::Enough => return,
        };
        if !wait(pause) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    const SECOND: Duration = Duration::from_secs(1);
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    /// Runs on a clock of its own that only waiting moves; gives the moments of asking.
    fn moments(until: Duration, mut answer: impl FnMut(Duration) -> Asked) -> Vec<Duration> {
        let (clock, mut moments) = (Cell::new(Duration::ZERO), Vec::new());
        keep_asking(
            Backoff::new(SECOND, 60 * SECOND, 11),
            || {
                moments.push(clock.get());
                answer(clock.get())
            },
            |pause| {
                clock.set(clock.get() + pause);
                clock.get() < until
            },
        );
        moments
    }

    #[test]
    fn a_server_that_is_down_for_a_day_is_asked_about_once_a_minute() {
        let asked = moments(DAY, |_| Asked::Badly);
        // Pauses are 30 to 60 s once the cap is reached.
        assert!((1440..=2 * 1440 + 20).contains(&asked.len()), "{} times", asked.len());
        assert!(asked.windows(2).skip(7).all(|pair| pair[1] - pair[0] >= 30 * SECOND));
        assert!(asked[6] > 15 * SECOND, "{asked:?}");
    }

    #[test]
    fn a_server_that_comes_back_is_asked_at_its_own_pace_again() {
        let down = 100 * SECOND..1000 * SECOND;
        let asked =
            moments(2000 * SECOND, |now| if down.contains(&now) { Asked::Badly } else { Asked::Well(5 * SECOND) });
        let back = asked.iter().find(|moment| **moment >= down.end).unwrap();
        assert!(*back <= down.end + 60 * SECOND);
        assert!(asked.windows(2).filter(|pair| pair[0] >= down.end).all(|pair| pair[1] - pair[0] == 5 * SECOND));
        let while_down = asked.iter().filter(|moment| down.contains(*moment)).count();
        assert!((10..50).contains(&while_down), "{while_down} times");
    }

    #[test]
    fn enough_is_enough() {
        assert_eq!(moments(DAY, |_| Asked::Enough).len(), 1);
    }
}
