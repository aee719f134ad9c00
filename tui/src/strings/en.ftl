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
banner-stopped = ! The server ended this session: { $reason }. Quit with <<quit>> and start again.

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
unseen-above = +{ $count } above
unseen-below = +{ $count } below
drag-keys = Let go over a stage to move the deal there   ·   Esc: leave it where it is
notice-pinned = { $stage } stays on the screen
notice-unpinned = { $stage } pages with the others again
density-auto = As many lines a card as there is room for
density-one = One line a card
density-two = Two lines a card
density-three = Three lines a card
notice-wins-told = Wins of colleagues are told as they happen
notice-wins-silent = Wins of colleagues are in the feed only
due-today = today
due-in = in { $days }d
due-late = { $days }d late
no-pipeline = No pipeline yet. Create one with: sluice pipeline create
empty-title = No deals yet
past-empty = There were no deals then
empty-add = Press  <<add>>  and type a name, an amount and a date, for example:
empty-example = Acme renewal 1.2m @proposal ^fri #kim
empty-help = <<help>> shows every key   ·   <<palette>> finds a command by name
import-title = The workspace is ready for your data
import-how = Run this in a second terminal:
import-command = sluice import opportunities FILE.csv --guess
import-live = Every row appears here as it arrives. Or press <<add>> to type the first deal.

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
section-deals = Deals
no-deals = no deals with this customer
no-activities-customer = nothing logged yet: <<log>> on one of its deals logs a call, a visit, a note
customer-gone = This customer is no longer there. Esc goes back.
section-contacts = Contacts
section-timeline = What happened
timeline-with = with { $name }
timeline-follow-up = next step { $date }
timeline-override = let through the gate: { $reason }
timeline-asked = asked for approval to enter { $stage }
timeline-approved = approved to enter { $stage }
timeline-refused = refused to enter { $stage }
timeline-used = entered { $stage } with the approval
timeline-void = the approval for { $stage } holds no longer
trust-verified = check-in verified
trust-unverified = check-in unverified
trust-invalid = check-in invalid
check-in-metres = { $metres } m away
check-in-outside = does not count: too far from the site
check-in-too-soon = does not count: too soon after the one before
check-in-daily-cap = does not count: enough for one day
value-none = none
in-stage = { $age } in stage
not-yet-saved = not saved yet
deal-gone = This deal is no longer on the board. Esc goes back.
no-contacts = none yet
no-activities = none yet: <<log>> logs a call, a visit, a note
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
caption-age = Age
caption-count = +/−
caption-left = Time
caption-move = To
caption-since = Since
caption-when = When
inbox-title = Inbox
queue-title = Next
queue-about = your deals by what a move would bring, and how soon they stall
queue-about-of = deals of { $who } by what a move would bring, and how soon they stall
queue-whose = Whose queue?
queue-whose-how = You are no member of this workspace and have no queue of your own: <<whose>> chooses a member.
queue-none = Nothing to do next.
queue-none-why = Your open deals come here: amount × gain in win chance ÷ days until they stall.
queue-promised = Promised
queue-by-gain = By what a move would bring
follow-up-said = you said: { $words }
queue-gain = { $stage } adds { $percent } win chance: +{ $amount } weighted
queue-idle = nothing logged for { $days } days
queue-left = stalls in { $age }
queue-over = stalled for { $age }
queue-no-limit = no limit here
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
message-goal-of = { $who }: { $percent }% of the goal reached · { $metric }
message-amended = { $who } changed the amount of { $deal } by more than 20%
message-asked = { $who } asked for approval of { $deal }
message-approved = { $who } approved { $deal }
message-refused = { $who } refused { $deal }
message-ended = The approval of { $deal } is off: { $why ->
        [moved] it went to another stage
        [closed] it was won or lost
        [archived] it was archived
        [amount] its amount rose by more than 20 %
        [retired] the stage is retired
        [needless] the stage needs none any more
       *[other] it holds no longer
    }
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
activity-keys = ⏎ save   Tab all fields   Esc keep for later   ^O editor
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
form-lose-about = It leaves the pipeline and every forecast. <<reopen>> brings it back.
form-reopen = Reopen deal
form-reopen-about = It goes back into the pipeline; credit for a win is taken back.
form-log = Log activity
form-set-up = Workspace
form-set-up-about = Used when you choose a pipeline. The currency cannot be changed later.
form-snooze = Put off the alert
form-snooze-about = It comes back on that day, at the start of it.
form-put-off = Put off what was promised
form-put-off-about = Day and reason are noted in the deal’s history.
form-refuse = Refuse
form-refuse-about = Whoever asked reads the reason.
form-override = Let it through
form-override-about = The reason stays in the deal’s history, for all to see.
form-ask = Ask for approval
form-ask-about = It goes to the inbox of the owner’s manager.
form-offline = The server cannot be reached. Nothing is lost: Enter sends it when the link is back.
form-link-lost = The link is lost. Go on typing: everything is kept.
form-resumed = As you left it { $age } ago.  ctrl-g begins anew
form-resumed-sent = Sent { $age } ago, the answer never came. Enter sends it again; nothing is made twice.  ctrl-g begins anew
completion-keys = Tab takes it   ↑↓ choose
sheet-title = Deals from a spreadsheet
sheet-keys = ⏎ save   space on/off   e edit   n a s d c o p column   x drop   Esc keep
sheet-ready = { $count } to save
sheet-on-the-way = { $count } on the way
sheet-wrong = { $count } to correct
sheet-off = { $count } off
sheet-made = { $count } saved
sheet-rows-left = { $count } more rows left out: `sluice import` takes any number
sheet-columns-left = { $count } columns left out
sheet-bytes-left = { $count } bytes left out
sheet-missing = { $field } is missing
sheet-twin = looks like row { $row } above
sheet-state-good = ready
sheet-state-twice = twice?
sheet-state-wrong = correct
sheet-state-off = off
sheet-state-sent = sending
sheet-state-refused = refused
column-nothing = –
column-line = Whole line
problem-follow-up-past = that day is past: a follow-up is still to come
form-keys = ⏎ save   Tab next   ←→ choose   Esc keep for later
form-keys-note = ⏎ save   Tab next   Esc keep for later   ^O editor

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
confirm-archive-consequence = It leaves the board without being lost. Undo, or sluice opportunity restore, brings it back.
confirm-win = Win { $name }?  → { $stage }
confirm-win-consequence = { $amount } counts as won from now on. Only reopening takes it back.
preview-title = Before the move: { $name }
preview-asking = Asking what the gate wants…
preview-unknown = The server could not be asked: { $problem }. Enter tries the move.
preview-nothing-missing = Nothing is missing.
preview-missing = Still missing to get in:
preview-waiting = Approval was asked for; nobody has decided yet.
preview-not-allowed = The gate is closed: see what is missing.
preview-gap = Gap
preview-no-goal = no goal for this cycle
preview-scores = Scores
preview-keys-move = ⏎ move
preview-keys-ask = r ask for approval
preview-keys-override = o let it through
preview-keys-mend = e edit  c log
preview-keys-leave = Esc leave
gate-field = { $field } is empty
gate-activity = activity since the last move
gate-contact = people of the decision chain
gate-approval = a manager’s approval
scores-flow = moved forward
scores-won = won
scores-revived = revived
scores-nothing = nothing
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
notice-not-now = “{ $what }” can do nothing here and now. <<help>> shows what can.
notice-select-first = “{ $what }” needs a deal: choose one with <<left>> <<down>> <<up>> <<right>>, or add one with <<add>>.
notice-mouse-on = Mouse on: click, double-click, wheel.
notice-mouse-off = Mouse off: the terminal selects text again.
notice-copied = Sent to the terminal’s clipboard.
notice-copy-too-long = Not copied: a terminal’s clipboard takes { $kib } KiB at most.
notice-memory-lost = What was remembered from last time cannot be read ({ $reason }) and was put aside as { $path }.
notice-slow-link = Slow connection: nothing moves by itself any more.
notice-fault = Something went wrong inside. The report is in { $path }; please send it to whoever maintains Sluice.
notice-fault-unwritten = Something went wrong inside, and no report could be written ({ $reason }).
editor-not-started = The editor { $editor } cannot be started: set VISUAL or EDITOR to yours. Nothing was changed.
editor-ended = { $editor } ended with a fault ({ $status }). Nothing was changed.
editor-too-large = { $kib } KiB are more than a note takes. Nothing was changed.
editor-file = The file for the editor cannot be used: { $reason }. Nothing was changed.
notice-first-stage = It is in the first stage.
notice-last-stage = It is in the last stage. x loses it, R reopens it.
notice-wait-saved = Not saved yet: wait for the server’s answer, then try again.
notice-logged = Activity logged.
notice-asked = Approval asked for. The answer comes to your inbox.
notice-approved = Approved. They can move it now.
notice-refused = Refused, with your reason.
notice-acknowledged = Seen. It stays marked on the board.
notice-snoozed = Put off.
notice-preview-always = Every move is shown before it is made.
notice-preview-needed = A move is shown first only if something is missing.
notice-resumed = Back online. Nothing was missed.
notice-won = { $who } won { $name }: { $amount }
notice-archived = Archived: { $name }
notice-undone = Undone: { $name } is back in { $stage }
notice-undo-late = Too late to undo: a move can be taken back for ten minutes.
notice-redone = Done again: { $name }
notice-redo-changed = Not done again: { $name } has changed since. Change it as it is now.
notice-no-deal = There is no deal to open here.
notice-past = This is the past: it can be looked at, not changed. Esc comes back to now.
notice-deal-now = This is the deal as it is now. Esc goes back to the past.
sort-contract-date = Sorted by contract date, nearest first.
sort-amount = Sorted by amount, largest first.
sort-stage-age = Sorted by time in stage, longest first.
theme-auto = As the terminal
theme-dark = Dark
theme-light = Light
theme-high-contrast = High contrast
theme-colour-blind = Colour-blind
theme-mono = No colour
themes-title = Theme
themes-keys = ↑↓ try · Enter keep · Esc as it was
themes-own = Your own: TOML files in the folder themes beside config.toml
sample-won = won
sample-soon = soon
sample-stalled = stalled
sample-keys = keys
sample-dim = more
settings-unknown-theme = There is no theme “{ $name }”.
settings-expected-theme = The name of a theme is expected: dark, light, high-contrast, colour-blind or mono.
settings-expected-roles = A table of roles is expected: [roles], and below it accent = "#ff8700" and the like.
settings-expected-switch = This is either true or false.
settings-expected-colour = A colour is expected: "#rrggbb", a number from 0 to 255, or a name such as "bright-red".
refused-set-up = The workspace was not set up
refused-create = “{ $name }” was not saved
refused-amend = “{ $name }” was not changed
refused-move = “{ $name }” was not moved and is back where it was
refused-lose = “{ $name }” was not lost and is back where it was
refused-reopen = “{ $name }” was not reopened
refused-archive = “{ $name }” was not archived
refused-log = The activity was not logged
refused-read = The messages were not marked as read
refused-undo = The move of “{ $name }” was not undone
refused-ask = Approval was not asked for
refused-decision = The request was not decided
refused-alert = The alert was not changed
refused-create-next = <<form>> opens it in a form to correct.
refused-kept = What you typed is kept: it is there when you open it again.
refused-sheet = Its row is kept: <<paste>> shows it.
notice-saved-before = It was saved already, as you first sent it.
notice-cut = { $count ->
    [one] The last character found no room and was left out.
   *[other] The last { $count } characters found no room and were left out.
}
notice-controls = { $count ->
    [one] A control character was left out.
   *[other] { $count } control characters were left out.
}
notice-follow-ups = { $count ->
    [one] You promised to come back to { $name }: <<next>> shows it.
   *[other] { $count } follow-ups are due, { $name } first: <<next>> shows them.
}
notice-paste = Copy rows in a spreadsheet and paste them here: each becomes a deal, after you have seen it.
notice-sheet-nothing = No row can be saved yet: correct what is red with e, or choose with the space bar.
notice-sheet-made = { $made ->
    [one] One deal saved.
   *[other] { $made } deals saved.
}
notice-sheet-left = { $made } saved, { $left } left: correct them or leave with Esc; they are kept.

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
problem-filter-field = no field “{ $field }”; there are owner customer stage status amount weighted date days stale level grade source name archived
problem-filter-value = a value is missing
problem-filter-days = write days like 14d or 2w
problem-filter-words = write one of { $words }
problem-filter-comparison = only amounts, dates, days and levels know < and >
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
help-undo = Undo what you did last: a move within ten minutes, an edit, an archiving
short-undo = undo
help-redo = Do again what you took back
short-redo = redo
help-hand-over = Hand the deal to its owner’s manager
short-hand-over = hand to manager
help-acknowledge = Say that you have seen the alert; of something promised, log what came of it
short-acknowledge = seen
short-came = log result
help-snooze = Put the alert or what was promised off, with a day and a reason
short-snooze = put off
help-approve = Approve the request
short-approve = approve
help-refuse = Refuse the request, with a reason
short-refuse = refuse
help-read = Mark as read
short-read = read
help-read-all = Mark everything as read
short-read-all = all read
help-paste = Deals pasted from a spreadsheet: go on with those left
short-paste = pasted rows
help-form = Add a deal in a form, with all fields
short-form = add in a form
help-archive = Archive the deal: off the board, not lost
short-archive = archive
help-copy = Copy number, name and amount
short-copy = copy
help-filter = Filter as you type: words, owner:kim, >1m, stale:14d, or, not, ( )
short-filter = filter
help-clear-filter = Come back from the past to now; then clear the filter
short-clear-filter = clear filter
short-present = back to now
help-next-hit = Next hit
short-next-hit = next hit
help-previous-hit = Previous hit
short-previous-hit = previous hit
help-fold = Fold the column to a strip, or open it
help-pin = Keep the column on the screen while the others page, or let it page
help-density = One, two or three lines a card
help-unseen = Go to the cards that came out of sight
help-team-wins = Tell wins of colleagues as they happen, or not
help-sort = Sort by contract date, amount or time in stage
short-fold = fold
short-pin = pin
short-density = lines
short-unseen = new cards
short-team-wins = wins
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
help-next = To your queue: what to do next, and why
short-next = next
help-customer = Open the deal’s customer
short-customer = customer
help-back = Back to where you were
short-back = back
help-palette = Find a command by name
short-palette = commands
help-help = Keys and signs
short-help = help
help-theme = Choose a theme: dark, light, high contrast, colour-blind, no colour, your own
short-theme = theme
help-language = English / 中文
short-language = 中文
help-mouse = Let go of the mouse, or take it again
short-mouse = mouse
help-preview = Show every move before it is made, or only if something is missing
short-preview = preview
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
help-funnel = The funnel: what moved, what is stuck, who is behind
short-funnel = funnel
help-cycle = Choose the length of the cycle: day, week, month, quarter, year, any days
short-cycle = cycle
help-earlier = The cycle before
short-earlier = before
help-later = The cycle after
short-later = after
help-versus = Compare with the cycle before, or with last year
short-versus = compare
help-whose = Whose deals: everybody’s, a team’s, a member’s
short-whose = whose
help-as-of = Look back: as it stood at any past instant
short-as-of = look back
help-reload = Read the figures again
short-reload = read again
help-next-pane = To the next part of the screen
short-next-pane = next part
help-previous-pane = To the part before
short-previous-pane = part before
category-report = Figures

# Reports: what they are about.
cycle-day = Day
cycle-week = Week
cycle-month = Month
cycle-quarter = Quarter
cycle-year = Year
cycle-custom = Any days …
cycle-week-name = Week { $week }
cycle-month-name = { $name } { $year }
cycle-quarter-name = Q{ $quarter } { $year }
cycle-year-name = { $year }
date-month-1 = Jan
date-month-2 = Feb
date-month-3 = Mar
date-month-4 = Apr
date-month-5 = May
date-month-6 = Jun
date-month-7 = Jul
date-month-8 = Aug
date-month-9 = Sep
date-month-10 = Oct
date-month-11 = Nov
date-month-12 = Dec
date-short = { $name } { $day }
date-long = { $name } { $day }, { $year }
who-everyone = everybody
who-team = team
who-me = me
who-gone = (gone)
versus = vs { $cycle }
versus-last-year = vs { $cycle } of last year
versus-is-previous = Compared with the cycle before.
versus-is-last-year = Compared with the same cycle of last year.
as-of = The past, as it stood on { $time } · Esc: back to now
as-of-board = The past, as it stood on { $time } · read only · Esc: back to now
as-of-board-short = { $time } · read only · Esc
report-failed = cannot be read
report-retry = <<reload>> tries again
report-now = up to date
report-age = { $age } old
pick-cycle = Length of the cycle
pick-whose = Whose deals
pick-queue = Whose queue
prompt-keys = ⏎ take it   Esc leave
prompt-as-of = Look back at
prompt-as-of-example = fri, -3d, 3/15, 3/15 14:30, last-month
prompt-days = From .. to
prompt-days-example = 3/1..3/10, -2w..today
prompt-present = now
problem-future = that is still to come
problem-days = two days, for example 3/1..3/10

# Funnel.
funnel-title = Funnel
head-stage = Stage
head-count = deals
head-amount = amount
head-weighted = weighted
head-stalled = stalled
head-time = 50/90%
head-conversion = conv.
stage-gone = (removed)
stage-entered = { $count } came in
funnel-sums = { $count } open · { $amount } · weighted { $weighted } · classic, won included { $classic }
funnel-sums-short = { $count } open · { $amount } · weighted { $weighted }
metric-new = New
metric-flow = Moved on
metric-won = Won
metric-revived = Revived
metric-check-in = Check-ins
ask-moved = What moved?
ask-quarter = Will we make { $cycle }?
ask-stuck = What is stuck?
ask-behind = Who is behind?
outlook-target = Goal
outlook-won = Won
outlook-weighted = Weighted
outlook-gap = { $amount } short · coverage { $coverage }%
outlook-surplus = { $amount } more than the goal · coverage { $coverage }%
no-figures = nothing yet
nothing-stuck = nothing: every deal is moving
no-goals = no goals for this time yet: <<goals>> sets them
pace-on-track = on track
pace-at-risk = at risk
pace-behind = behind
pace-not-started = not begun

# What is behind a figure, forecast, goals, digest, differences.
deals-title = Deals
why-title = Why
nothing-behind = nothing is behind this figure
deals-sums = { $count } deals · { $amount }
deals-sums-part = the first { $shown } of { $count } deals · { $amount }
why-sums = { $entries } score entries; those that count make { $count } · { $amount }
score-no-deal = without a deal
drill-standing = standing in { $stage }
drill-stalled = stalled in { $stage }
drill-entered = first came into { $stage } in this cycle
drill-won = won in { $cycle }
drill-lost = lost in { $cycle }: { $reason }
drill-expected = open, contract expected in { $cycle }
drill-undated = open, without a contract date
forecast-title = Forecast
forecast-total = together
forecast-undated = no date
forecast-classic = weighted pipeline { $weighted } · classic, won included { $classic }
head-won = won
head-open = open
head-overdue = overdue
head-pushed = put off
head-gap = to goal
outcomes-reasons = Won, lost, and why
outcomes-lengths = How long wins took
outcomes-untold = no reason given
outcomes-rate = { $won } won · { $lost } lost · { $rate }% win
outcomes-length = half within { $median } · 90% within { $p90 }
outcomes-days = { $from }–{ $to } days
outcomes-days-from = { $from } days and more
goals-title = Goals
goals-strict = exact: nothing is taken from other parts
goals-by-count = { $metric }, how many
goal-none = no goal here: type a figure to set one
goal-csv = from and to a spreadsheet: sluice goal import FILE.csv · sluice goal export
goal-progress = { $done } of { $target } · { $percent }%
goal-beside = by now { $expected } · cycle before { $previous } · last year { $year }
goal-part = part of { $parent }, weight { $weight }
goal-locked = [ ] locked
goal-mismatch = its parts miss it by { $difference }
goal-sums = its parts sum to it
pick-divide = Divide among
divide-subjects = teams or members
divide-quarters = quarters
divide-months = months
divide-weeks = weeks
divide-days = days
prompt-weight = Weight among the parts
prompt-weight-example = 1, 2, 3 …
notice-strict = Exact: a part that does not sum is refused, with the difference.
notice-redistribute = The other parts take the difference; locked ones keep theirs.
notice-no-parent = This goal is part of no other one: it has no weight.
notice-no-amount = Check-ins have no amount: their goals are always counts.
leaderboard-title = Leaderboard
rank-by-amount = amount
rank-by-count = how many
rank-of-target = % of own target
rank-rewards = Rewards
rank-in-points = points
rank-in-money = money
rank-members = members
rank-teams = teams
rank-count = { $count ->
    [one] one ranked
   *[other] { $count } ranked
}
rank-first-of = the first { $shown } of { $count }
rank-since-yesterday = since yesterday
rank-since = since { $day }
rank-new = new
rank-joined = joined { $day }
rank-left = left { $day }
rank-gone = has left
rank-none = Nobody is ranked yet
rank-none-how = Nothing of this happened in this cycle. <<earlier>> and <<later>> go to other cycles, <<metric>> to other metrics.
rank-no-goals = Nobody has a target for this
rank-no-goals-how = Goals of exactly this cycle and metric are ranked: g o sets them, c looks at another length of cycle.
rank-own = rank { $rank } of { $count }
rank-own-none = not ranked yet
rank-own-no-goal = no target for this cycle
rank-to-pass = { $gap } more to pass { $name }
rank-passes = { $name } passes with { $gap } more
rank-leads = in the lead
rank-why = rank { $rank }: { $ahead } ahead
rank-why-level = rank { $rank }: { $ahead } ahead, level with { $level }; of equals the earlier first
medal-gold = gold
medal-silver = silver
medal-bronze = bronze
caption-rank = rank
caption-times = how many
caption-reached = reached
caption-of-target = of target
caption-points = points
caption-rewards = rewards
rank-no-rewards = Nobody has earned such a reward yet
rank-no-rewards-how = # goes from points to money and back; [ and ] go to other cycles.
notice-rank-no-amount = Check-ins have no amount: they are always counted.
problem-weight = a whole number from 0 to 1,000,000
problem-count = a whole number
digest-title = Digest
digest-figure = { $count } · { $amount }
digest-before = (before { $count } · { $amount })
digest-packets = packets sent { $sent } · received { $received }
section-new = New
section-moved = Moved forward
section-stalled = Stalled
section-won = Won
section-rewarded = Rewarded
changes-title = What changed
changes-before = then  { $count } open · { $amount } · weighted { $weighted } · stalled { $stalled } · { $stuck }
changes-after = later { $count } open · { $amount } · weighted { $weighted } · stalled { $stalled } · { $stuck }
changes-none = nothing happened in between
change-created = created
change-forward = moved forward
change-backward = moved back
change-stalled = became stalled
change-won = won
change-lost = lost
change-reopened = reopened
change-raised = amount raised
change-lowered = amount lowered
change-pushed = contract put off
change-pulled-in = contract earlier
change-owner = handed over
change-archived = archived
change-restored = restored
prompt-between = What changed between
prompt-between-example = last-week, -7d..-1d, 3/1..3/10
problem-between = begin with an instant of the past, for example -7d

# Search over everything, saved views.
find-title = Search everything
find-keys = ⏎ go there   ↑↓ choose   Esc close
find-example = a name, a word, a number, O-1042
find-what = Looks in deals, customers, contacts and activities, as you type.
find-nothing = nothing like that anywhere
find-nowhere = It belongs to no customer and no deal: there is nowhere to go.
find-count = { $count } found
found-deals = Deals
found-customers = Customers
found-contacts = Contacts
found-activities = Activities
views-title = Saved views
views-keys = ⏎ show   s save for me   S save for everybody   X delete
views-none = No view is saved yet.
views-how = Filter the board with <<filter>>, then come here: s keeps it by a name.
views-shared = everybody
views-mine = mine
views-no-filter = now: the board without a filter
views-present = now: { $filter }
views-applied = View: { $name }
views-order-unknown = View: { $name }. The board cannot order by “{ $problem }” and keeps its own order.
views-filter-unknown = “{ $name }” cannot be shown on the board; character { $problem }
prompt-view = Save the filter and order for me as
prompt-view-shared = Save the filter and order for everybody as
prompt-view-example = big and stuck
confirm-view = Delete the view “{ $name }”?
confirm-view-own = The deals in it are not touched.
confirm-view-shared = It goes for everybody. The deals in it are not touched.
notice-view-saved = View saved: { $name }
refused-goal = The goal was not changed
refused-view = The view was not saved
refused-view-delete = The view was not deleted
help-why = Why this figure: the score entries behind it
short-why = why
help-metric = The next metric
short-metric = metric
help-count = By how many, or by how much
short-count = count or amount
help-divide = Divide the goal into equal parts
short-divide = divide
help-weight = Weight of the goal among its parent’s parts
short-weight = weight
help-lock = Lock the goal’s target, or let it go
short-lock = lock
help-strict = Refuse what does not sum, or take it from the other parts
short-strict = exact
help-difference = What changed between two instants
short-difference = changes
help-find = Search deals, customers, contacts and activities
short-find = search
help-views = Saved views: show, save, delete
short-views = views
help-forecast = Forecast by month, lost reasons, length of sales
short-forecast = forecast
help-goals = Goals, as a grid: progress, pace, entry
short-goals = goals
help-leaderboard = Leaderboard: who stands where, who moved, what it takes to pass
short-leaderboard = leaderboard
help-of-target = Rank by the share of the own target, or by the figure itself
short-of-target = % of target
help-teams = Rank teams, or members
short-teams = teams
help-digest = The digest: new, moved, stalled, won, rewarded
short-digest = digest
problem-filter-server = the board cannot filter by “{ $field }”; sluice opportunity list --filter can
problem-filter-quote = this quotation mark is not closed
problem-filter-open = this parenthesis is not closed
problem-filter-close = no parenthesis is open here
problem-filter-term = a term is missing here
problem-filter-deep = too many parentheses within each other

# Rewards: words.
unit-points = points
unit-money = money
amount-points = { $amount } pt
amount-money = { $amount } { $currency }
time-left = in { $age }
badge-rewards = { $count } to claim
cause-created = created “{ $name }”
cause-moved = moved “{ $name }” forward
cause-won = won “{ $name }”
cause-revived = revived “{ $name }”
cause-check-in = checked in for “{ $name }”
cause-activity = logged an activity
cause-activity-of = logged an activity on “{ $name }”
cause-complete = completed the record of { $name }
cause-filled = { $count ->
    [one] filled in a field of { $name }
   *[other] filled in { $count } fields of { $name }
}
cause-task = reached the target of { $cycle }: { $metric }
cause-rank = rank { $rank } of { $cycle }
cause-attainment = reached { $percent } of the goal of { $cycle }
cause-grant = from { $who }: { $reason }
cause-split = shared with the team
reward-pending = waits
reward-claimable = can be claimed
reward-claimed = claimed
reward-expired = expired
reward-reversed = taken back
reward-unfunded = not paid
reward-claim-left = runs out { $age }
reward-vests = vests with the first move, at the latest on { $date }
reward-awaits = awaits approval
reward-awaits-of = awaits approval by { $who }
reward-end-lost = the deal was lost
reward-end-archived = the deal was archived
reward-end-taken-back = what was rewarded was undone
reward-end-target = the value fell below the target
reward-end-refused = refused
reward-end-clawed-back = by an administrator
reward-end-fund = the fund was empty
reward-end-currency = the fund holds another currency
badge-first-deal = First deal
badge-first-win = First win
badge-ten-wins = Ten wins
badge-hundred-moves = A hundred moves
badge-ten-check-ins = Ten check-ins in a week
badge-revived-five = Five revived
badge-complete-record = Complete record
badge-ten-packets = Ten packets shared
badge-thanks = Thanks
toast-earned = +{ $amount } · { $cause }
toast-earned-many = +{ $amount } for { $count } things at once · <<rewards>> shows them
toast-pending = +{ $amount } set aside · { $cause }
toast-unfunded = { $amount } not paid: the fund is empty · { $cause }. Your manager has been told.
toast-shared = { $amount } of it shared with { $count } of the team
toast-claim-key = $ claims it
toast-vested = { $amount } can be claimed now · { $cause } · $ claims it
toast-claimed = +{ $amount } in your wallet
toast-expired = { $amount } expired unclaimed · { $cause }
toast-reversed = { $amount } taken back: { $why } · { $cause }
toast-returned = { $amount } came back from packets nobody opened · { $cause }
toast-packet = { $who } shared a packet with you · <<rewards>> opens it
toast-packet-reversed = A packet from { $who } was taken back with its reward
toast-badge = Badge: { $name }
toast-thanks = { $who } thanks you: { $reason }
unfolding-title = A packet from { $who }
unfolding-keys = any key goes on
unfolding-wallet = in your wallet
notice-reward-approved = Approved. They can claim it now.
notice-reward-refused = Refused, with your reason.
notice-granted = Given. They see it at once.
notice-thanked = Thanked. Everybody can see it.
notice-scheme-saved = Saved as a draft: it pays nothing until it is published.
notice-scheme-published = Published.
notice-scheme-ended = Ended. What was granted stays.
refused-claim = Nothing was claimed
refused-open-packet = The packet was not opened
refused-reward-decision = The reward was not decided on
refused-grant = The reward was not given
refused-thanks = The thanks were not sent
refused-scheme = The scheme was not saved
refused-publish = The scheme was not published
refused-end = The scheme was not ended
category-reward = Rewards
help-claim-all = Claim everything that can be claimed
short-claim-all = claim all

# Schemes as sentences.
scheme-text-sentence = { $text }.
scheme-text-join = {"; "}
scheme-text-list = {", "}
scheme-text-grant = Managers may reward their people personally, each up to { $cap } in a calendar month
scheme-text-count = { $metric ->
    [new] { $count } new deals
    [flow] { $count } moves forward
    [won] { $count } wins
    [revived] { $count } revived deals
   *[presence] { $count } check-ins
}
scheme-text-value = { $metric ->
    [new] { $amount } in new deals
    [flow] { $amount } moved forward
    [won] { $amount } won
   *[revived] { $amount } revived
}
scheme-text-task-each = Who reaches { $target } { $per } earns { $amount }
scheme-text-task-once = Who reaches { $target } in { $cycle } earns { $amount }
scheme-text-fixed = { $amount }
scheme-text-share = { $share } of its amount
scheme-text-floor = {", "}at least { $amount }
scheme-text-cap = {", "}at most { $amount }
scheme-text-created = Each new deal earns its owner { $pay }
scheme-text-entered = Each step forward of a deal earns its owner { $pay }
scheme-text-won = Each deal won earns its owner { $pay }
scheme-text-revived = Each stalled deal set moving again earns its owner { $pay }
scheme-text-vests = {", "}once it has moved forward or { $days ->
    [one] a day has passed
   *[other] { $days } days have passed
}
scheme-text-vests-at-once = {", "}at once
scheme-text-with-activity = {", "}if something was logged on it while it stood still
scheme-text-without-activity = {", "}even if nothing was logged on it
scheme-text-field = Each field filled in for the first time on a customer’s record earns { $amount } ({ $fields })
scheme-text-complete = a record that becomes { $percent } complete earns { $amount }
scheme-text-check-in = Each verified check-in earns { $amount }
scheme-text-any-activity = Each completed activity but a note earns { $amount }
scheme-text-activity = Each completed activity of these kinds earns { $amount }: { $kinds }
scheme-text-daily-cap = {", "}at most { $count } a day
scheme-text-gap = {", "}{ $minutes } minutes apart
scheme-text-of-each = of each reward
scheme-text-of-schemes = of each reward of { $schemes }
scheme-text-to-team = the earner’s team
scheme-text-to-collaborators = the deal’s collaborators
scheme-text-equal = in equal packets
scheme-text-lucky = in packets of drawn size, with the seed published
scheme-text-split = { $share } { $of } goes to { $to } { $how }, which can be opened for { $hours } hours
scheme-text-by-income = by what they earned in rewards
scheme-text-by-target = by the share of their own goal: { $metric }
scheme-text-by-count = by count: { $metric }
scheme-text-by-amount = by amount: { $metric }
scheme-text-members = members
scheme-text-teams = teams
scheme-text-ranking = { $count ->
    [one] The first of the { $who } { $per } { $by } is paid { $prizes }
   *[other] The first { $count } { $who } { $per } { $by } are paid { $prizes }
}
scheme-text-tier = who reaches { $percent } of the own goal { $per } is paid { $amount }
scheme-text-pipelines = only in { $names }
scheme-text-stages = only into { $names }
scheme-text-audience = only for { $names }
scheme-text-team = the team { $name }
scheme-text-member-cap = at most { $amount } for one member { $per }
scheme-text-budget = { $amount } in all
scheme-text-approval = a manager must approve
scheme-text-claim = to be claimed within { $days } days
per-day = a day
per-week = a week
per-month = a month
per-quarter = a quarter
per-year = a year
per-cycle = a cycle
role-admin = administrators
role-executive = executives
role-manager = managers
role-rep = sales staff
role-script = scripts
data-industry = industry
data-region = region
data-website = website
data-phone = telephone
data-note = note
data-site = a site
data-contact = a contact
data-decider = a contact who decides
system-task = Task
system-opportunity = Deals
system-customer-data = Customer data
system-activity = Activities
system-split = Sharing
system-ranking = Ranking
system-grant = Personal
scheme-published = on
scheme-draft = draft
scheme-ended = ended

# My rewards, the team's feed, why.
rewards-title = My rewards
rewards-to-claim = To claim
rewards-packets = Packets to open
rewards-waiting = Waiting
rewards-badges = Badges
rewards-history = History
rewards-none = Nothing earned yet.
rewards-how = This is what earns:
rewards-no-schemes = No scheme is switched on. Administrators find some to begin with under <<schemes>>.
rewards-no-member = You are no member of this workspace and earn nothing here: <<feed>> shows what the team has earned.
point-unit = points
wallet-earned = this week +{ $amount }
wallet-claimable = to claim { $amount }
wallet-pending = waiting { $amount }
wallet-paid-out = paid out { $amount }
wallet-received = from packets { $amount }
wallet-sent = shared { $amount }
wallet-expired = expired { $amount }
packet-open-left = goes back { $age } · nobody sees what is in it before you open it
packet-from = A packet from { $who }
packet-sent = not opened yet
packet-opened = opened
packet-returned = went back
packet-reversed = taken back
feed-title = Team
feed-about = wins, rewards, packets, badges
feed-none = Nothing has happened yet.
feed-none-how = Wins and rewards of the whole team come here as they happen.
feed-win = { $who } won { $name }
feed-reward = { $who } { $cause }
feed-packet = { $who } opened a packet from { $from }
feed-badge = { $who } has a new badge: { $name }
feed-thanks = { $who } thanks { $whom }: { $reason }
reward-why-title = Why this amount
reward-why-keys = Esc close
reward-why-scroll = j k scroll   Esc close
reward-why-rule = The rule: { $scheme }, version { $version }
reward-why-arithmetic = The arithmetic
reward-why-shared = shared with { $count } of the team under { $scheme }
reward-why-returned = came back from packets nobody opened
reward-why-own = the earner’s own part
reward-why-packets = The packets
reward-why-seed = Drawn by lot from the seed { $seed }; sluice packet verify rewards/{ $id } draws it again.
reward-why-postings = The postings
reward-step-fixed = a fixed amount
reward-step-field = { $count ->
    [one] 1 field × { $each }
   *[other] { $count } fields × { $each }
}
reward-step-share = { $percent } of { $of }, rounded down
reward-step-floor = raised to the floor of { $amount }
reward-step-cap = cut to the cap of { $amount }
reward-step-member-cap = cut to what was left of the bound { $per }: { $amount }
reward-step-prize = the prize of the rank: { $amount }
reward-step-pool = tied: the prizes of { $amount } divided among { $count }
reward-step-tier = the tier from { $percent } of the goal
ledger-budget = budget
ledger-grant = granted
ledger-vest = became claimable
ledger-claim = claimed
ledger-expire = expired
ledger-reverse = taken back
ledger-send = shared in packets
ledger-open = packet opened
ledger-return = packet came back
ledger-pay-out = paid out
ledger-cancel-pay-out = payout cancelled
account-issuer = source of all funds
account-fund = fund
account-pending = waiting
account-claimable = claimable
account-wallet = wallet
account-in-flight = packets on their way
account-expired = expired
account-paid-out = paid out
help-rewards = To my rewards: wallet, what can be claimed, packets
short-rewards = rewards
help-feed = To the team’s feed: wins, rewards, packets, badges
short-feed = team
help-claim = Claim the reward
short-claim = claim
help-explain = Why this amount: the rule, the arithmetic, every posting
short-explain = why

# What looks unusual: said carefully, never an accusation.
pattern-bounces = moves back and forth below what was reached before
pattern-last-hour = moves in the last hour of the cycle
pattern-small-deals = small deals for one customer
pattern-close-check-ins = check-ins close together
pattern-amount-raised = amounts raised just before a move

# Incentives for managers: forms, schemes, rehearsal, statistics, fairness.
reward-why-head = { $who }: { $cause }
account-of = { $account }: { $owner }
inbox-reward = { $amount } for { $who }: { $cause }
form-grant = Reward somebody
form-grant-left = You can still give { $left } this month, of { $cap }.
form-thank = Thank a colleague
form-thank-about = Everybody can see it. At most five times a month.
form-refuse-reward = Refuse the reward
form-scheme = New scheme
form-scheme-edit = Edit scheme
field-scheme = Scheme
field-member = Whom
field-reward-amount = How much
field-praise = What for
field-unit = Pays in
field-on = For
field-fixed = Fixed amount
field-share = Or a share
field-floor = At least
field-cap = At most
field-vesting = Waits days
field-without-activity = Even if idle
field-metric = Metric
field-measure = Counted by
field-target = Target
field-each = In each
field-once = Or once, in
field-pays = Pays
field-per-field = Per field
field-fields = Fields
field-threshold = Complete from
field-complete = When complete
field-check-ins = Check-ins only
field-kinds = Kinds
field-daily-cap = A day at most
field-gap = Minutes apart
field-schemes = Of schemes
field-split-share = Share
field-method = Packets
field-to = Goes to
field-hours = Open for hours
field-by = Ranked by
field-contender = Ranked are
field-prizes = Prizes
field-tiers = Goal reached
field-monthly-cap = A month at most
field-audience = Only for
field-pipelines = Only in
field-stages = Only into
field-budget = Budget
field-member-cap = Each at most
field-member-cap-per = in a
field-approval = Approval
field-claim-days = Claim within days
example-reward = 100
example-praise = what they did, in a few words
example-fixed = 100; or leave it empty and give a share
example-share = 1%; in points, of whole currency units
example-none = empty = none
example-vesting = 7 days, or until the first move forward
example-target = 5, or an amount like 500k
example-once = 2026-03; empty = in each cycle anew
example-fields = empty = all; names with commas between
example-threshold = 100%
example-kinds = empty = any but a note; Call, Visit, Demo
example-all = empty = all; names with commas between
example-split-share = 20%
example-hours = 72
example-prizes = 1000, 500, 250
example-tiers = 100%=2000, 120%=5000
example-audience = empty = everybody; roles, teams, names
example-claim-days = 30
problem-cycle = a cycle like 2026-03, 2026-W10, 2026-Q1 or 2026-01-01..2026-02-01
problem-percent = a percentage like 20% or 12.5%
problem-fixed-or-share = a fixed amount or a share, one of the two
problem-tiers = write each like 100%=2000
problem-no-colleague = nobody is called “{ $name }”; write a member’s name
problem-no-grant = No scheme lets managers reward personally. An administrator switches one on under <<schemes>>.
choice-no = no
choice-yes = yes
measure-count = how many
measure-amount = how much
on-won = a deal won
on-entered = a step forward
on-created = a new deal
on-revived = a stalled deal revived
by-metric = a metric
by-target-share = share of the own goal
by-income = reward income
method-equal = equal
method-lucky = by lot
to-team = the team
to-collaborators = collaborators
contender-members = members
contender-teams = teams
system-about-task = a target before a deadline
system-about-opportunity = new, moved, won, revived deals
system-about-customer-data = filling in customers’ records
system-about-activity = visits, calls, check-ins
system-about-split = part of each reward for the team
system-about-ranking = prizes at the end of a cycle
system-about-grant = a manager’s own reward
pick-system = What is rewarded?
schemes-title = Schemes
schemes-about = what earns, as plain sentences
schemes-on = Switched on
schemes-drafts = Drafts
schemes-templates = To begin with (off; Enter takes one as a draft)
schemes-over = Ended
scheme-off = off
scheme-version = version { $number }
scheme-version-from = version { $number } from { $date }
scheme-has-draft = changed, not published
publish-at-once = From now on it pays:
publish-tomorrow = From { $date } on it pays, until then the version before:
confirm-publish = Publish “{ $name }”?
confirm-end-scheme = End “{ $name }” for good?
confirm-end-consequence = Nothing that happens from now on is paid under it. What was granted can still be claimed.
prompt-rehearse = Rehearse in which past cycle?
prompt-rehearse-example = empty = last month; 2026-02, 2026-W08, 2026-Q1
rehearsal-title = Rehearsal
rehearsal-sums = { $count } rewards, { $amount } instead of { $paid }
rehearsal-fund = { $amount } left in the fund
rehearsal-unfunded = { $amount } the fund could not pay
rehearsal-count = no.
rehearsal-paid = was paid
rehearsal-change = change
rehearsal-would = would be
stats-title = Statistics
by-scheme = by scheme
by-member = by member
by-team = by team
by-cycle = by time
stats-issued = { $amount } in { $count } rewards
stats-claimed = claimed
stats-open = waits
stats-expired = expired
stats-reversed = taken back
stats-packets = packets sent { $sent } · received { $received }
stats-unfunded = not paid { $amount }
stats-cost = costs { $percent } of { $won } won
stats-won = won { $won }
stats-none = No rewards in this cycle.
stats-none-how = [ and ] step through cycles, c chooses their length, u changes between points and money.
reward-list-title = Rewards
reward-list-all = { $count } in all
reward-list-part = the newest { $shown } of { $count }
reward-list-none = no rewards are behind this figure
fairness-title = Fairness
fairness-sums = { $without } of { $count } earned nothing · distribution { $gini } (Gini { $figure }) · half earned { $median } or less
fairness-careful = Unusual is not wrong: most of it has an ordinary explanation. Ask first.
fairness-unusual = Unusual
fairness-calm = Nothing unusual.
fairness-members = Who earned what
fairness-none = Nobody was active in this cycle.
fairness-count = { $count } times; { $usual } is usual
fairness-goal = { $percent } of goal
fairness-no-goal = no goal
gini-even = even
gini-somewhat = somewhat uneven
gini-uneven = uneven
gini-very-uneven = very uneven
help-schemes = To the schemes: what earns, editor, rehearsal
short-schemes = schemes
help-statistics = Statistics of rewards, with charts
short-statistics = statistics
help-fairness = Fairness: distribution, goals, what looks unusual
short-fairness = fairness
help-grant = Reward somebody personally
short-grant = reward
help-thank = Thank a colleague, for all to see
short-thank = thank
help-new-scheme = Make a new scheme
short-new-scheme = new
help-publish = Publish the scheme’s draft
short-publish = publish
help-end-scheme = End the scheme for good
short-end-scheme = end
help-rehearse = Replay a past cycle: who would have been paid what
short-rehearse = rehearse
help-grouping = Figures by scheme, member, team or time
short-grouping = by …
help-unit = Points or money
short-unit = unit
message-reward-given = { $who } rewarded you
message-reward-approved = { $who } approved your reward
message-reward-refused = { $who } refused your reward
message-reward-awaits = A reward waited for your approval
message-reward-unfunded = The fund of { $scheme } could not pay a reward
message-packet = { $who } shared a packet with you
message-task = You reached the target of a task
message-ranking = Your place in a ranking paid
message-taken-back = A reward was taken back
message-thanked = { $who } thanks you

# The settings file.
notice-settings = The settings were read again
notice-settings-wrong = The settings file has a fault, so the settings stay as they were. `sluice config check` tells all of it.
settings-two = { $one } { $two }
settings-place = line { $line }, column { $column }:
settings-hint = Nothing was changed. `sluice config schema` prints all that the file may hold, `sluice keys` all verbs and keys.
settings-more = (and { $count } more)
settings-unreadable = cannot be read: { $reason }
settings-too-large = is larger than { $kib } KiB, so it is no settings file
settings-malformed = { $reason }
settings-unknown-name = there is no `{ $name }` here.
settings-unknown-context = there is no screen `{ $name }`.
settings-unknown-command = there is no verb `{ $name }`.
settings-unknown-key = there is no key `{ $name }`.
settings-meant = Did you mean `{ $name }`?
settings-known = Known are: { $names }
settings-same-key = terminals send `{ $key }` as `{ $sent }`: write `{ $sent }`.
settings-elsewhere = `{ $command }` does nothing on the screen `{ $context }`. It works on: { $works }.
settings-taken = `{ $keys }` cannot be `{ $command }` on `{ $context }`: it is `{ $holder }` { $held }. Give one of them other keys.
settings-begins = `{ $keys }` cannot be `{ $command }` on `{ $context }`: beside `{ $longer }`, which is `{ $holder }` { $held }, one of the two could never be typed. Give one of them other keys.
settings-held-preset = in the preset `{ $name }`
settings-held-file = in line { $line }, column { $column }

# Several deals at once.
help-select = Select the deal, for acts on several
short-select = select
help-select-range = Select from here to where the cursor goes
short-select-range = select range
help-select-column = Select all deals shown in the column, or none of them
short-select-column = select column
short-selection = select none
help-repeat = Do again what you did last, to this deal or to all selected
short-repeat = again
help-jump = Go to anything on the screen by two letters
short-jump = jump
help-jump-forward = On again to where you came back from (ctrl-i is Tab on terminals)
short-jump-forward = ahead
header-selected = { $count } selected
notice-selection-full = { $count } deals are selected: more cannot be acted on at once.
notice-no-jump = There is nothing here to jump to.
pick-move-selected = { $count ->
    [one] Move 1 deal to …
   *[other] Move { $count } deals to …
}
pick-owner-of-selected = { $count ->
    [one] Owner of 1 deal
   *[other] Owner of { $count } deals
}
prompt-lose = Why are the selected deals lost?
bulk-ask-forward = Move { $count ->
    [one] 1 deal
   *[other] { $count } deals
} on by { $what ->
    [1] a stage
   *[other] { $what } stages
}?
bulk-ask-backward = Move { $count ->
    [one] 1 deal
   *[other] { $count } deals
} back by { $what ->
    [1] a stage
   *[other] { $what } stages
}?
bulk-ask-stage = Move { $count ->
    [one] 1 deal
   *[other] { $count } deals
} to { $what }?
bulk-ask-lose = Lose { $count ->
    [one] 1 deal
   *[other] { $count } deals
}, because of “{ $what }”?
bulk-ask-archive = Archive { $count ->
    [one] 1 deal
   *[other] { $count } deals
}?
bulk-ask-owner = Make { $what } the owner of { $count ->
    [one] 1 deal
   *[other] { $count } deals
}?
bulk-ask-log = Log “{ $what }” on { $count ->
    [one] 1 deal
   *[other] { $count } deals
}?
bulk-to = { $count } to { $stage }.
bulk-wins = { $count } won in { $stage }.
bulk-worth = Together { $amount }.
bulk-stay = { $count } of the selected ones stay as they are: this does not change them.
bulk-nothing = None of the selected deals would be changed by this.
bulk-busy = The last act on several deals is still under way.
bulk-done-move = { $count ->
    [one] 1 deal moved
   *[other] { $count } deals moved
}
bulk-done-lose = { $count ->
    [one] 1 deal lost
   *[other] { $count } deals lost
}
bulk-done-archive = { $count ->
    [one] 1 deal archived
   *[other] { $count } deals archived
}
bulk-done-owner = { $count ->
    [one] 1 deal has a new owner
   *[other] { $count } deals have a new owner
}
bulk-done-log = { $count ->
    [one] Logged on 1 deal
   *[other] Logged on { $count } deals
}
bulk-partly = { $done } of { $total } done; { $refused } refused, and still selected.
bulk-report-title = Not done
bulk-report-keys = j k scroll · Esc close
notice-undone-edit = Undone: { $name } is as it was before the change
notice-undone-archive = Undone: { $name } is back on the board
notice-undone-many = Undone: { $count } deals are as they were
notice-undo-unsaved = The server has not confirmed this yet: undo it in a moment.
notice-undo-changed = Not undone, because somebody has changed it since: { $name }
notice-redone-many = Done again: { $count } deals

# Beyond the screen.
herald-stalled = { $name } is stalled in { $stage }
herald-approval = { $who } asks for approval: { $name }
herald-reward = You earned { $amount }

# Wall board.
wall-open = open deals
wall-amount = in the pipeline
wall-weighted = weighted
wall-stalled = stalled
wall-wins = Latest wins
wall-no-wins = No deal was won in the last 30 days
wall-went-on = went further
wall-waiting = Waiting for the workspace to be set up
wall-age = { $age } ago
wall-keys = → next   q leave
wall-lost = ! Offline since { $time } ({ $age }): this was known then. Reconnecting by itself.
wall-lost-short = ! Offline { $age }, since { $time }
wall-silent = ! Nothing was heard since { $time } ({ $age }).
wall-connecting = Connecting to { $target }: { $reason }
