# English words of the screen. One message a line; the Chinese file has the same keys.

product = Sluice
demo-mark = demo
summary = { $count } · { $amount }
unassigned = nobody
just-now = now
loading = Loading…
connecting = Connecting to { $target } …
weighted = weighted { $amount }
count-deals = { $count ->
    [one] 1 deal
   *[other] { $count } deals
}

# Header, banner, link.
link-connecting = connecting
link-live = live
link-lost = offline
link-stopped = stopped
header-total = { $count } open · { $amount } { $currency } · weighted { $weighted }
header-filter = /{ $filter } · { $count ->
    [one] 1 hit
   *[other] { $count } hits
}
banner-lost = ! Offline for { $age }: the board is that old. Reconnecting…
banner-lost-long = ! Offline for { $age } ({ $reason }). The board is that old. Reconnecting by itself; what you change is sent then.
banner-stopped = ! The server ended this session: { $reason }. Quit with q and start again.

# Board.
column-empty = no deals here
column-no-match = no match here
column-stalled = { $count } stalled · { $amount }
stay-left = { $age } left
stay-over = { $age } over
working-days = (working days)
won-ago = { $age } ago
lost-ago = { $age } ago
stages-shown = ‹ stages { $first }–{ $last } of { $count } ›
stages-shown-short = ‹ { $last }/{ $count } ›
due-today = today
due-in = in { $days }d
due-late = { $days }d late
no-pipeline = No pipeline yet. Create one with: sluice pipeline create
empty-title = No deals yet
empty-add = Press  a  and type a name, an amount and a date, for example:
empty-example = Acme renewal 1.2m @proposal ^fri #kim
empty-help = ? shows every key   ·   : finds a command by name
import-title = The workspace is ready for your data
import-how = Run this in a second terminal:
import-command = sluice import opportunities FILE.csv --guess
import-live = Every row appears here as it arrives. Or press a to type the first deal.

# First run.
first-run-title = Welcome to Sluice
first-run-welcome = Your sales pipeline in the terminal. Choose how to begin, with one key:
first-run-default = Standard pipeline
first-run-default-what = New 10% › Qualified 30% › Solution 50% › Proposal 70% › Negotiation 90% › Won
first-run-classic = Short pipeline
first-run-classic-what = Five stages at 10 / 30 / 50 / 70 / 100%
first-run-import = Bring my deals from a CSV file
first-run-import-what = Makes the standard pipeline, then shows the one command that imports.
first-run-demo = Show me a demonstration
first-run-demo-what = A simulated sales team at work. Nothing is written to your own data.
first-run-settings = Workspace “{ $name }” · { $currency } · { $zone }
setting-up = Setting up…

# Detail.
section-deal = Deal
section-contacts = Contacts
section-history = Stages
section-activities = Activities
in-stage = { $age } in stage
not-yet-saved = not saved yet
deal-gone = This deal is no longer on the board. Esc goes back.
no-contacts = none yet
no-activities = none yet: c logs a call, a visit, a note
credited = ✓ credited
uncredited = not credited
stayed = stayed in the stage
uncredited-below = not credited: reached before
uncredited-imported = not credited: imported without a time
uncredited-won = not credited: already won
probability-own = { $own } (its stage: { $stage })
stagnation-never = { $clock } in stage, no limit
stagnation-moving = { $clock } of { $period }
stagnation-approaching = { $clock } of { $period }: soon stalled
stagnation-stalled = { $clock } of { $period }: stalled
stagnation-critical = { $clock } of { $period }: stalled, critical
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun
activity-call = Call
activity-visit = Visit
activity-meeting = Meeting
activity-demo = Demo
activity-email = E-mail
activity-note = Note
activity-other = Other

# Alerts, inbox.
ago = { $age } ago
actor-unknown = somebody
badge-alerts = { $count ->
    [one] 1 alert
   *[other] { $count } alerts
}
badge-inbox = { $count } in the inbox
level-moving = Moving
level-approaching = Soon stalled
level-stalled = Stalled
level-critical = Critical
alerts-title = Alerts
alerts-about = { $count } open
alerts-snoozed = Snoozed
alerts-none = Nothing stands still. Well done.
alerts-none-why = An alert comes when a deal has used up 80% of the time its stage allows.
alert-until = until { $date }
caption-left = Time
caption-since = Since
inbox-title = Inbox
inbox-about = { $decide } to decide · { $unread } unread
inbox-none = Your inbox is empty.
inbox-none-why = Requests for your approval and news about your deals and goals come here.
inbox-to-decide = Waiting for your decision
inbox-asked = You asked for approval
inbox-unread = Unread
inbox-read = Read
inbox-asks = { $who } asks: { $deal } → { $stage }
inbox-you-asked = { $deal } → { $stage }: nobody has decided yet
message-goal = { $percent }% of a goal reached
message-amended = { $who } changed the amount of { $deal } by more than 20%
message-asked = { $who } asked for approval of { $deal }
message-approved = { $who } approved { $deal }
message-refused = { $who } refused { $deal }
message-digest = The digest is ready
message-undelivered = A delivery failed for good
message-other = News this version cannot read: update Sluice

# Fields.
field-name = Name
field-amount = Amount
field-stage = Stage
field-contract-date = Contract
field-customer = Customer
field-contact = Contact
field-owner = Owner
field-grade = Grade
field-source = Source
field-note = Note
field-probability = Win chance
field-weighted = Weighted
field-stagnation = In stage
field-high-water = Furthest
field-lost-reason = Lost because
field-created = Created
field-collaborators = With
field-reason = Reason
field-kind = What
field-purpose = Purpose
field-with = With
field-follow-up = Next
field-place = Place
field-workspace = Name
field-currency = Currency
field-time-zone = Time zone
field-until = Until
example-amount = 1.2m, 50k, 120万
example-date = fri, +3d, 3/15, 2026-03-15
example-customer = a new name makes a new customer
example-contact = a new name makes a new contact
example-reason = price, no budget, a competitor …
example-probability = only if it differs from the stage’s
example-time-zone = Europe/Berlin, Asia/Shanghai
example-currency = USD, EUR, CNY

# Entry.
entry-title = New deal
entry-keys = ⏎ save   Tab all fields   Esc keep for later
entry-example = Acme renewal 1.2m @proposal ^fri #kim
entry-want-name = any words
entry-want-amount = 1.2m  50k  120万
entry-want-date = ^fri  ^+3d  ^3/15
entry-want-customer = :name
entry-want-contact = #name
entry-new = { $name } (new)
entry-left-in-name = “{ $written }” is part of the name; write { $written }.00 if it is the amount
entry-duplicate = ≈ looks like { $id } { $name } ({ $stage }, { $amount })
entry-complete = ready: ⏎ saves it
entry-missing = still missing: { $fields }
activity-title = Log activity: { $name }
activity-keys = ⏎ save   Tab all fields   Esc leave
activity-example = call Lee Park quote sent, wants 5% off ^fri
activity-no-contacts = no contact of this customer is known
activity-want-date = ^fri  ^+3d  next tue in the text
activity-want-place = @site  or  @39.9042,116.4074 checks in
activity-empty = say what was done
activity-unverified = UNVERIFIED: a terminal has no position of its own. The check-in counts all the same.

# Forms.
form-create = New deal
form-edit = Edit deal
form-lose = Lose deal
form-lose-about = It leaves the pipeline and every forecast. R brings it back.
form-reopen = Reopen deal
form-reopen-about = It goes back into the pipeline; credit for a win is taken back.
form-log = Log activity
form-set-up = Workspace
form-set-up-about = Used when you choose a pipeline. The currency cannot be changed later.
form-snooze = Put off the alert
form-snooze-about = It comes back on that day, at the start of it.
form-keys = ⏎ save   Tab next   ←→ choose   Esc leave

# Layers.
palette-title = Commands
help-title = Keys
search-keys = ⏎ run   ↑↓ choose   Esc close
search-example = type to search
search-nothing = nothing like that here
pick-move = Move { $name } to
pick-pipeline = Pipeline
pick-keys = number or letter   Esc leave
pick-here = here
confirm-keys = ⏎ or y yes   Esc or n no
confirm-quit = Leave Sluice?
confirm-quit-pending = { $count ->
    [one] 1 change has not reached the server yet and may be lost.
   *[other] { $count } changes have not reached the server yet and may be lost.
}
confirm-archive = Archive { $name }?
confirm-archive-consequence = It leaves the board without being lost. sluice opportunity restore brings it back.
confirm-win = Win { $name }?  → { $stage }
confirm-win-consequence = { $amount } counts as won from now on. Only reopening takes it back.
confirm-hand-over = Hand { $name } to { $who }?
confirm-hand-over-consequence = They own it from now on. What it has earned so far stays where it is.
which-key-title = then
filter-example = acme  !renewal  owner:kim  >1m  stale:14d   ⏎ keep  Esc clear
filter-hits = { $count ->
    [one] 1 deal
   *[other] { $count } deals
}   ⏎ keep  Esc clear
filter-problem = { $sign } at character { $place }: { $problem }

# Notices.
notice-not-now = “{ $what }” can do nothing here and now. ? shows what can.
notice-select-first = “{ $what }” needs a deal: choose one with h j k l, or add one with a.
notice-mouse-on = Mouse on: click, double-click, wheel.
notice-mouse-off = Mouse off: the terminal selects text again.
notice-copied = Sent to the terminal’s clipboard.
notice-first-stage = It is in the first stage.
notice-last-stage = It is in the last stage. x loses it, R reopens it.
notice-wait-saved = Not saved yet: wait for the server’s answer, then try again.
notice-logged = Activity logged.
notice-resumed = Back online. Nothing was missed.
notice-won = { $who } won { $name }: { $amount }
notice-archived = Archived: { $name }
notice-no-deal = There is no deal to open here.
sort-contract-date = Sorted by contract date, nearest first.
sort-amount = Sorted by amount, largest first.
sort-stage-age = Sorted by time in stage, longest first.
theme-dark = Theme: dark
theme-light = Theme: light
theme-high-contrast = Theme: high contrast
theme-mono = Theme: no colour
refused-set-up = The workspace was not set up
refused-create = “{ $name }” was not saved
refused-amend = “{ $name }” was not changed
refused-move = “{ $name }” was not moved and is back where it was
refused-lose = “{ $name }” was not lost and is back where it was
refused-reopen = “{ $name }” was not reopened
refused-archive = “{ $name }” was not archived
refused-log = The activity was not logged
refused-read = The messages were not marked as read
refused-alert = The alert was not changed
refused-create-next = A opens it in a form to correct.

# What is wrong.
problem-required = needed
problem-no-member = nobody is called “{ $name }”; write a member’s name or leave it empty
problem-probability = a percentage from 0 to 100, for example 60%
problem-currency = three letters, for example USD, EUR, CNY
problem-time-zone = no such time zone; for example Europe/Berlin or Asia/Shanghai
problem-amount = not an amount; write it like 1.2m, 50k, 120万 or 50,000
problem-amount-negative = an amount cannot be below zero
problem-amount-large = too large: at most 10,000,000,000,000
problem-amount-precise = at most { $digits } digits after the point
problem-amount-currency = { $written } is not this workspace’s currency, which is { $expected }
problem-date = not a date; write it like fri, +3d, 3/15, 2026-03-15 or month-end
problem-date-impossible = the calendar has no such day
problem-date-range = the year must be from 1970 to 2199
problem-unknown = no { $field } is called “{ $written }”
problem-unknown-known = no { $field } is called “{ $written }”; there are { $known }
problem-ambiguous = “{ $written }” may be { $candidates }: write more of it
problem-repeated = { $field } is given twice: the last one counts
problem-snooze = a day from tomorrow on, at most { $days } days away
problem-activity-contact = no contact of this customer is called “{ $written }”
problem-activity-date = “{ $written }” is no day from today on; write ^fri, ^+3d or ^3/15
problem-activity-place = “{ $written }” is neither a site of this customer nor coordinates like 39.9042,116.4074
problem-filter-field = no field “{ $field }”; there are owner customer stage status amount date stale grade source
problem-filter-value = a value is missing
problem-filter-days = write days like 14d or 2w
problem-filter-words = write one of { $words }
problem-filter-comparison = only amount and date know < and >
problem-filter-range = the range ends before it begins
problem-filter-terms = at most { $count } terms

# Help: headings, signs.
category-deal = Deals
category-find = Find
category-navigate = Move around
category-program = Program
category-signs = Signs on the cards
legend-left = time left in this stage before the deal is stalled
legend-approaching = soon stalled: 80% of the stage’s limit are used up
legend-stalled = stalled: so long over the stage’s limit; stands on top
legend-critical = critical: 150% of the limit
legend-due = days to the expected contract date
legend-late = the contract date has passed
legend-pending = sent, not yet confirmed by the server
legend-fresh = changed some seconds ago by somebody else

# Verbs: a sentence for help and palette, a word for the footer.
help-add = Add a deal in one line
short-add = add
help-open = Open the deal
short-open = open
help-forward = Move to the next stage
short-forward = forward
help-backward = Move back a stage
short-backward = backward
help-move = Move to any stage, by its number or letter
short-move = move to
help-lose = Lose the deal, with a reason
short-lose = lose
help-reopen = Reopen a won or lost deal
short-reopen = reopen
help-edit = Edit the deal
short-edit = edit
help-log = Log a call, a visit, a note …
short-log = log
help-hand-over = Hand the deal to its owner’s manager
short-hand-over = hand to manager
help-acknowledge = Say that you have seen the alert
short-acknowledge = seen
help-snooze = Put the alert off, with a day and a reason
short-snooze = put off
help-read = Mark as read
short-read = read
help-read-all = Mark everything as read
short-read-all = all read
help-form = Add a deal in a form, with all fields
short-form = add in a form
help-archive = Archive the deal: off the board, not lost
short-archive = archive
help-copy = Copy number, name and amount
short-copy = copy
help-filter = Filter as you type: words, owner:kim, >1m, stale:14d
short-filter = filter
help-clear-filter = Clear the filter
short-clear-filter = clear filter
help-next-hit = Next hit
short-next-hit = next hit
help-previous-hit = Previous hit
short-previous-hit = previous hit
help-sort = Sort by contract date, amount or time in stage
short-sort = sort
help-pipeline = Show another pipeline
short-pipeline = pipeline
help-left = Column to the left
short-left = left
help-down = Down
short-down = down
help-up = Up
short-up = up
help-right = Column to the right
short-right = right
help-first = To the top
short-first = top
help-last = To the end
short-last = end
help-half-page-down = Half a screen down
short-half-page-down = half page down
help-half-page-up = Half a screen up
short-half-page-up = half page up
help-board = To the board
short-board = board
help-alerts = To the alerts: what stagnates, the worst first
short-alerts = alerts
help-inbox = To the inbox: approvals and news
short-inbox = inbox
help-back = Back to where you were
short-back = back
help-palette = Find a command by name
short-palette = commands
help-help = Keys and signs
short-help = help
help-theme = Next theme: dark, light, high contrast, no colour
short-theme = theme
help-language = English / 中文
short-language = 中文
help-mouse = Let go of the mouse, or take it again
short-mouse = mouse
help-redraw = Paint the screen again
short-redraw = repaint
help-suspend = Back to the shell; fg returns
short-suspend = suspend
help-quit = Quit
short-quit = quit
help-interrupt = Quit, after asking
short-interrupt = quit
help-set-up-default = Begin with the standard pipeline
short-set-up-default = standard
help-set-up-classic = Begin with 10/30/50/70/100%
short-set-up-classic = short
help-set-up-import = Begin with deals from a CSV file
short-set-up-import = import
help-set-up-demo = Show the demonstration
short-set-up-demo = demo
help-set-up-edit = Change the workspace’s name, currency, time zone
short-set-up-edit = change name, currency, zone
