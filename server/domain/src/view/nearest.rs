//! The name that was probably meant, for errors.

/// Most letters that may be wrong, missing or too many.
const MAX_DISTANCE: usize = 2;
/// Longest name worth comparing.
const MAX_CHARS: usize = 32;

/// `: did you mean 'owner'?` for the closest of some names; empty when none is close. The first of equals counts.
pub(super) fn nearest<'a>(given: &str, names: impl Iterator<Item = &'a str>) -> String {
    let best = names
        .map(|name| (distance(given, name), name))
        .filter(|(distance, name)| *distance <= MAX_DISTANCE && *distance < name.len())
        .min_by_key(|(distance, _)| *distance);
    best.map_or_else(String::new, |(_, name)| format!(": did you mean '{name}'?"))
}

/// The same, where a field may also have been named without what it belongs to: `industry` for `customer.industry`.
pub(super) fn of_suffix(given: &str, names: &[&str]) -> String {
    let longer = names.iter().find(|name| {
        let rest = name.strip_suffix(given).unwrap_or_default();
        !given.is_empty() && rest.ends_with('.')
    });
    match longer {
        Some(name) => format!(": did you mean '{name}'?"),
        None => nearest(given, names.iter().copied()),
    }
}

/// Letters to insert, drop, replace or swap with the next one to make one text of the other.
pub(crate) fn distance(left: &str, right: &str) -> usize {
    let (mut left_room, mut right_room) = (['\0'; MAX_CHARS], ['\0'; MAX_CHARS]);
    let (Some(left), Some(right)) = (
        letters_of(left, &mut left_room),
        letters_of(right, &mut right_room),
    ) else {
        return usize::MAX;
    };
    // Rows of the table, the last two and the next: nothing is allocated, because a search asks for a hundred thousand words.
    let mut before = [0; MAX_CHARS + 1];
    let mut above = [0; MAX_CHARS + 1];
    for (column, cell) in above.iter_mut().enumerate() {
        *cell = column;
    }
    for (row, letter) in left.iter().enumerate() {
        let mut current = [row + 1; MAX_CHARS + 1];
        for (column, other) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(letter != other);
            let mut least = replaced.min(above[column + 1] + 1).min(current[column] + 1);
            let swapped =
                row > 0 && column > 0 && *letter == right[column - 1] && left[row - 1] == *other;
            if swapped {
                least = least.min(before[column - 1] + 1);
            }
            current[column + 1] = least;
        }
        before = std::mem::replace(&mut above, current);
    }
    above[right.len()]
}

/// The letters of a text that is not too long.
fn letters_of<'a>(text: &str, room: &'a mut [char; MAX_CHARS]) -> Option<&'a [char]> {
    let mut len = 0;
    for letter in text.chars() {
        *room.get_mut(len)? = letter;
        len += 1;
    }
    room.get(..len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_is_one_letter() {
        for (left, right, letters) in [
            ("owner", "owner", 0),
            ("onwer", "owner", 1),
            ("ower", "owner", 1),
            ("owners", "owner", 1),
            ("stage", "state", 1),
            ("", "abc", 3),
        ] {
            assert_eq!(distance(left, right), letters, "{left} {right}");
            assert_eq!(distance(right, left), letters, "{right} {left}");
        }
        assert_eq!(distance(&"x".repeat(40), "x"), usize::MAX);
    }

    #[test]
    fn only_what_is_close_is_suggested() {
        let names = || ["owner", "stage", "id"].into_iter();
        assert_eq!(nearest("onwer", names()), ": did you mean 'owner'?");
        assert_eq!(nearest("amount", names()), "");
        assert_eq!(nearest("xy", names()), "");
    }
}
