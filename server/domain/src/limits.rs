//! Every bound of the domain, by name, with the relations between them asserted at compile time.

/// Characters of a name (workspace, team, member, customer, contact, opportunity).
pub const MAX_NAME_CHARS: usize = 200;
/// Characters of the name of a pipeline or stage: column headings.
pub const MAX_STAGE_NAME_CHARS: usize = 60;
/// Characters of a short field (title, phone, industry, region, source, purpose, one competitor).
pub const MAX_SHORT_TEXT_CHARS: usize = 100;
/// Characters of an e-mail address (RFC 5321) or a web address.
pub const MAX_ADDRESS_CHARS: usize = 254;
/// Characters of a note; line breaks are allowed in it.
pub const MAX_NOTE_CHARS: usize = 2_000;
/// Characters of a reason for losing or reopening.
pub const MAX_REASON_CHARS: usize = 500;
/// Characters of an identifier given by another system.
pub const MAX_EXTERNAL_ID_CHARS: usize = 100;
/// Bytes of a character in the worst case.
const MAX_BYTES_PER_CHAR: usize = 4;

/// The largest amount, in minor units; a million of them still fit an `i128` a thousand times over.
pub const MAX_AMOUNT_MINOR: i64 = 1_000_000_000_000_000;
/// 100 % in basis points.
pub const MAX_PROBABILITY_BP: u16 = 10_000;
/// The longest stagnation period of a stage, in days.
pub const MAX_STAGNATION_DAYS: u16 = 3_650;
/// The first year a date may have.
pub const MIN_YEAR: i16 = 1900;
/// The last year a date may have.
pub const MAX_YEAR: i16 = 2199;
/// Holidays of a pipeline's calendar.
pub const MAX_HOLIDAYS: usize = 500;
/// An alert may be put off for so many days.
pub const MAX_SNOOZE_DAYS: i64 = 90;
/// A client's clock may be this far ahead before a time counts as being in the future.
pub const MAX_CLOCK_AHEAD_MICROS: i64 = 5 * 60 * 1_000_000;

/// Stage entries of one opportunity.
pub const MAX_STAGE_ENTRIES: usize = 250;
/// Contacts named by one opportunity.
pub const MAX_OPPORTUNITY_CONTACTS: usize = 50;
/// Collaborators of one opportunity.
pub const MAX_COLLABORATORS: usize = 50;
/// Competitors of one opportunity.
pub const MAX_COMPETITORS: usize = 10;
/// Pipelines of a workspace, retired ones included.
pub const MAX_PIPELINES: usize = 100;
/// Stages of a pipeline, retired ones included.
pub const MAX_STAGES: usize = 50;
/// Teams of a workspace.
pub const MAX_TEAMS: usize = 2_000;
/// Levels of the team tree.
pub const MAX_TEAM_DEPTH: usize = 16;
/// Members of a workspace, inactive ones included.
pub const MAX_MEMBERS: usize = 50_000;
/// Goals of a workspace, archived ones included.
pub const MAX_GOALS: usize = 200_000;
/// Members told of a goal of the whole workspace.
pub const MAX_GOAL_RECIPIENTS: usize = 20;
/// Parts of a goal along one line: the days of a year.
pub const MAX_GOAL_PARTS: usize = 366;
/// The largest target, in minor units or entries: a thousand of the largest amounts.
pub const MAX_GOAL_TARGET: i64 = 1_000 * MAX_AMOUNT_MINOR;
/// Steps followed in a chain of `reports_to`.
pub const MAX_REPORTING_DEPTH: usize = 64;

/// Entities one commit may change (watch guarantee G3).
pub const MAX_COMMIT_CHANGES: usize = 500;
/// Estimated wire bytes of the entities one commit changes (watch guarantee G3).
pub const MAX_COMMIT_BYTES: usize = 200 * 1024;
/// Facts one Tick commit may hold. Small on purpose: a write never waits long behind one (see `decide/tick.rs`).
pub const MAX_TICK_CHANGES: usize = 120;
/// Estimated wire bytes of what one Tick commit may change: far below `MAX_COMMIT_BYTES`, for its last fact may be large.
pub const MAX_TICK_BYTES: usize = 100 * 1024;
/// Rows of one import call.
pub const MAX_IMPORT_ROWS: usize = 500;
/// An imported time may be this far ahead of the clock: files with dates only come from other time zones.
pub const MAX_IMPORT_AHEAD_MICROS: i64 = 24 * 60 * 60 * 1_000_000;
/// Estimated bytes of one stored row; the store holds values under 32 KiB.
pub const MAX_ROW_BYTES: usize = 30 * 1024;

/// Characters of a filter or an order.
pub const MAX_FILTER_CHARS: usize = 1_000;
/// Terms of a filter.
pub const MAX_FILTER_TERMS: usize = 32;
/// Parentheses and NOTs inside each other in a filter.
pub const MAX_FILTER_DEPTH: usize = 16;
/// Fields of an order.
pub const MAX_ORDER_KEYS: usize = 8;
/// Characters of a text that is searched for.
pub const MAX_SEARCH_CHARS: usize = 200;
/// Words of a text that is searched for.
pub const MAX_SEARCH_WORDS: usize = 16;
/// A search that finds fewer things than this also forgives slips of the keyboard.
pub const SEARCH_ENOUGH: usize = 10;
/// Characters shown of the text a search found.
pub const SEARCH_EXCERPT_CHARS: usize = 160;
/// Fields a summary is grouped by.
pub const MAX_GROUP_FIELDS: usize = 4;
/// Saved views of a workspace, personal ones included.
pub const MAX_SAVED_VIEWS: usize = 5_000;
/// Columns a saved view names.
pub const MAX_SAVED_VIEW_COLUMNS: usize = 40;

/// Notices kept of one member; the oldest go when there are more.
pub const MAX_NOTICES_PER_MEMBER: usize = 1_000;
/// Largest things named in a section of a digest.
pub const DIGEST_TOP_ITEMS: usize = 5;
/// Webhooks of a workspace, removed ones not counted.
pub const MAX_WEBHOOKS: usize = 20;
/// Characters of a webhook's address.
pub const MAX_URL_CHARS: usize = 500;
/// Schedules of digests of a workspace.
pub const MAX_DIGEST_SCHEDULES: usize = 5_000;
/// A message that could not be delivered for this long is given up.
pub const MAX_DELIVERY_AGE_MICROS: i64 = 3 * 24 * 60 * 60 * 1_000_000;
/// Deliveries kept once they are delivered or given up; the oldest go when there are more.
pub const MAX_FINISHED_DELIVERIES: usize = 1_000;
/// Characters kept of what went wrong with a delivery.
pub const MAX_PROBLEM_CHARS: usize = 300;
/// Administrators told of a delivery that was given up.
pub const MAX_TOLD_ADMINISTRATORS: usize = 20;

/// Schemes of a workspace, ended ones included.
pub const MAX_SCHEMES: usize = 1_000;
/// Published versions of a scheme.
pub const MAX_SCHEME_VERSIONS: usize = 100;
/// Members, teams, pipelines, stages or schemes a scheme's terms name of one kind.
pub const MAX_SCHEME_REFERENCES: usize = 100;
/// Prizes or attainment tiers of a ranking.
pub const MAX_PRIZES: usize = 50;
/// Caps per member of a scheme.
pub const MAX_SCHEME_CAPS: usize = 5;
/// The largest amount of one reward, prize, cap or task, in points or minor units.
pub const MAX_REWARD: i64 = 1_000_000_000_000;
/// The largest share of a split, in basis points: something stays with whoever earned it.
pub const MAX_SPLIT_BP: u16 = 9_000;
/// The highest share of the own target a tier asks for, in basis points: ten times the target.
pub const MAX_ATTAINMENT_BP: u32 = 100_000;
/// Rewards an activity rule pays at most in a day, where it has a cap.
pub const MAX_ACTIVITY_CAP: u32 = 1_000;
/// The longest gap between two activities that pay, in minutes: a day.
pub const MAX_ACTIVITY_GAP_MINUTES: u32 = 24 * 60;
/// The largest budget of a scheme, in points or minor units.
pub const MAX_BUDGET: i64 = 1_000_000_000_000_000;
/// The longest vesting, in days.
pub const MAX_VESTING_DAYS: u16 = 365;
/// The longest claim window, in days.
pub const MAX_CLAIM_DAYS: u16 = 365;
/// The longest packet window, in hours: thirty days.
pub const MAX_PACKET_HOURS: u16 = 30 * 24;
/// Packets of one split; of a larger team the earliest-joined get one.
pub const MAX_PACKETS: usize = 100;
/// Rewards one commit grants for its facts at most; further schemes pay nothing for it, in the order of their ids.
pub const MAX_COMMIT_REWARDS: usize = 60;
/// Packets one commit sends at most: a reward whose packets do not all fit is not shared.
pub const MAX_COMMIT_PACKETS: usize = 200;
/// Rewards claimed by one command.
pub const MAX_CLAIMS: usize = 100;
/// Wallets charged by one payout.
pub const MAX_PAYOUT_LINES: usize = 2_000;
/// Thanks a member may give in a calendar month.
pub const MAX_THANKS_PER_MONTH: usize = 5;

/// Sites of a customer.
pub const MAX_SITES: usize = 20;
/// A pole, in ten-millionths of a degree.
pub const MAX_LATITUDE_E7: u32 = 900_000_000;
/// The date line, in ten-millionths of a degree.
pub const MAX_LONGITUDE_E7: u32 = 1_800_000_000;
/// The largest radius of a site and the worst accuracy of a device, in metres.
pub const MAX_CHECK_IN_METRES: u32 = 50_000;
/// The longest gap between check-ins that count, in minutes: a day.
pub const MAX_CHECK_IN_GAP_MINUTES: u32 = 24 * 60;
/// The highest cap of check-ins that count in a day.
pub const MAX_CHECK_IN_CAP: u32 = 1_000;
/// Activities a gate may demand of one kind.
pub const MAX_REQUIRED_ACTIVITIES: u16 = 100;
/// An approval becomes void when the amount rises by more than one part in this many (20 %).
pub const APPROVAL_RISE_DIVISOR: i128 = 5;

/// Within this time from its creation, an opportunity that has not moved has its NEW corrected by an amendment (DOMAIN.md §4).
pub const AMENDMENT_GRACE_MICROS: i64 = 24 * 60 * 60 * 1_000_000;
/// Within this time a move can be undone by who made it (DOMAIN.md §4).
pub const UNDO_GRACE_MICROS: i64 = 10 * 60 * 1_000_000;
/// An amendment of more than one part in this many (20 %) after a credited move is flagged (DOMAIN.md §4).
pub const FLAGGED_AMENDMENT_DIVISOR: i128 = 5;

/// Bytes of a stage entry without its comment, in the stored encoding.
pub(crate) const STAGE_ENTRY_BYTES: usize = 64;
/// Bytes of any entity without its texts, in the stored encoding or on the wire.
pub(crate) const ENTITY_BASE_BYTES: usize = 160;
/// Bytes of a digest on the wire: five sections with their largest items.
pub(crate) const DIGEST_BYTES: usize = 5 * (120 + DIGEST_TOP_ITEMS * 40) + 200;
/// Bytes of what a split adds to its reward on the wire.
pub(crate) const SPLIT_BYTES: usize = 160;
/// Bytes a published version of a scheme adds to its terms in the stored encoding.
pub(crate) const SCHEME_VERSION_BYTES: usize = 140;
/// Bytes of an id in a list.
pub(crate) const REFERENCE_BYTES: usize = 24;
/// Bytes of a date in a list, on the wire.
pub(crate) const HOLIDAY_BYTES: usize = 12;

// One row per opportunity of an import must fit one commit.
const _: () = assert!(MAX_IMPORT_ROWS <= MAX_COMMIT_CHANGES);
// A full history without comments and the longest note still fit a row.
const _: () = assert!(
    MAX_STAGE_ENTRIES * STAGE_ENTRY_BYTES + MAX_NOTE_CHARS * MAX_BYTES_PER_CHAR + ENTITY_BASE_BYTES
        < MAX_ROW_BYTES
);
// The widest pipeline fits a row.
const _: () = assert!(
    MAX_STAGES * (MAX_STAGE_NAME_CHARS * MAX_BYTES_PER_CHAR + ENTITY_BASE_BYTES + 200)
        < MAX_ROW_BYTES
);
// A Tick leaves room for whatever its last fact is about.
const _: () = assert!(MAX_TICK_CHANGES * 2 < MAX_COMMIT_CHANGES);
const _: () = assert!(MAX_TICK_BYTES + 2 * MAX_ROW_BYTES < MAX_COMMIT_BYTES);
// A customer with every field full fits a row.
const _: () = assert!(
    (MAX_NAME_CHARS
        + MAX_NOTE_CHARS
        + 3 * MAX_SHORT_TEXT_CHARS
        + MAX_ADDRESS_CHARS
        + MAX_EXTERNAL_ID_CHARS
        + MAX_SITES * MAX_SHORT_TEXT_CHARS)
        * MAX_BYTES_PER_CHAR
        + MAX_SITES * REFERENCE_BYTES
        + ENTITY_BASE_BYTES
        < MAX_ROW_BYTES
);
// Any single row fits one commit several times over.
const _: () = assert!(MAX_ROW_BYTES * 4 < MAX_COMMIT_BYTES);
// The sum of all amounts of a hundred million opportunities, weighted, fits an i128 with room to spare.
const _: () =
    assert!((MAX_AMOUNT_MINOR as i128) * 100_000_000 * (MAX_PROBABILITY_BP as i128) < i128::MAX);
