//! The guards and how each is broken. A text that is not there any more, or stands there twice, is an error of the run.

use super::{Killer, Mutant, Target};

const fn unit(filter: &'static str) -> Killer {
    Killer { package: "flux-studio-core", target: Target::Lib, filter }
}

const fn row(filter: &'static str) -> Killer {
    Killer { package: "flux-studio-core", target: Target::Test("rows"), filter }
}

const fn story(filter: &'static str) -> Killer {
    Killer { package: "flux-studio-core", target: Target::Test("stories"), filter }
}

const fn example(filter: &'static str) -> Killer {
    Killer { package: "flux-studio-core", target: Target::Doc, filter }
}

const fn server(test: &'static str, filter: &'static str) -> Killer {
    Killer { package: "flux-studio-server", target: Target::Test(test), filter }
}

const SIMULATION: Killer =
    Killer { package: "flux-studio-core", target: Target::Test("simulation"), filter: "ten_thousand_lives" };

const STORE: Killer = Killer { package: "flux-studio", target: Target::Test("store"), filter: "compares" };

/// Every mutant.
pub const MUTANTS: &[Mutant] = &[
    // The paid request goes out once.
    Mutant {
        name: "two paid requests for one claim",
        file: "crates/core/src/studio/sending.rs",
        from: "        let (row, permit) = claim.split();\n",
        to: "        let (row, permit) = claim.split();
        let (_, again) = Claim::committed(Box::new(row.clone())).split();
        let url = self.connection.as_ref().map(Connection::generate).unwrap_or_default();
        self.out.effects.push(Effect::Post { permit: again, url, body: generate::body(&row.order), request_id: false });
",
        killer: row("n01_"),
    },
    Mutant {
        name: "the permit can be cloned",
        file: "crates/core/src/attempt/permit.rs",
        from: "#[derive(Debug, PartialEq, Eq)]\npub struct SendPermit",
        to: "#[derive(Debug, Clone, PartialEq, Eq)]\npub struct SendPermit",
        killer: example("SendPermit"),
    },
    Mutant {
        name: "sent before the claim is on disk",
        file: "crates/core/src/studio/writes.rs",
        from: "        self.writes.by_ticket.insert(ticket, row.id);\n",
        to: "        if let (Some(Step::Claim), Some(connection)) = (&step, &self.connection) {
            let (row, permit) = crate::attempt::permit::Claim::committed(Box::new(row.clone())).split();
            let (url, body) = (connection.generate(), generate::body(&row.order));
            self.out.effects.push(Effect::Post { permit, url, body, request_id: false });
        }
        self.writes.by_ticket.insert(ticket, row.id);
",
        killer: row("n01_"),
    },
    Mutant {
        name: "the lock is given back before the outcome",
        file: "crates/core/src/studio/sending.rs",
        from: "        self.claim_committed(ticket, row, now);\n",
        to: "        self.claim_committed(ticket, row, now);\n        self.out.effects.push(Effect::Unlock(id.clone()));\n",
        killer: row("n01_"),
    },
    Mutant {
        name: "the store writes without comparing",
        file: "src/platform/db/mod.rs",
        from: "        Some(rev) => row.rev.checked_sub(1) == Some(rev),\n",
        to: "        Some(_) => true,\n",
        killer: STORE,
    },
    Mutant {
        name: "the same press in two tabs is two wishes",
        file: "crates/core/src/studio/sending.rs",
        from: "(other.of, &other.order) == (row.of, &row.order)\n",
        to: "(other.of, &other.order) != (row.of, &row.order)\n",
        killer: row("t02_the_same_draft"),
    },
    Mutant {
        name: "a second press is a second wish",
        file: "crates/core/src/studio/person.rs",
        from: "            && (repeat || now.mono",
        to: "            && draft.count == 0 && (repeat || now.mono",
        killer: story("t01_"),
    },
    Mutant {
        name: "Send again can be pressed twice",
        file: "crates/core/src/studio/person.rs",
        from: "        if !may || record.replaced_by.is_some() || replacing || self.writes.busy(id) {\n",
        to: "        if !may {\n",
        killer: story("a10_"),
    },
    Mutant {
        name: "an attempt is sent before it has the other's place",
        file: "crates/core/src/studio/sending.rs",
        from: "            .filter(|row| !self.replacing.contains_key(&row.id))\n",
        to: "",
        killer: row("t02_an_attempt"),
    },
    Mutant {
        name: "an attempt that did not get the other's place stays",
        file: "crates/core/src/studio/writes.rs",
        from: "        if self.replacing.contains_key(by) {\n",
        to: "        if self.replacing.contains_key(by) && self.replacing.is_empty() {\n",
        killer: row("s02_an_attempt"),
    },
    // What an answer to a paid request means.
    Mutant {
        name: "a server's error is taken for not sent",
        file: "crates/core/src/api/generate.rs",
        from: "        _ => Outcome::Unknown(Doubt::ServerError(status)),\n    }\n}\n",
        to: "        _ => Outcome::Held(Hold::Unreachable),\n    }\n}\n",
        killer: row("a10_"),
    },
    Mutant {
        name: "a broken line is taken for not sent",
        file: "crates/core/src/api/generate.rs",
        from: "Lost::Network => Outcome::Unknown(Doubt::NoAnswer)",
        to: "Lost::Network => Outcome::Held(Hold::Unreachable)",
        killer: row("n01_"),
    },
    Mutant {
        name: "a time-out is taken for a refusal",
        file: "crates/core/src/api/generate.rs",
        from: "Lost::Timeout => Outcome::Unknown(Doubt::Timeout)",
        to: "Lost::Timeout => Outcome::Rejected(Refusal { status: 0, message: String::new() })",
        killer: row("n07_"),
    },
    Mutant {
        name: "a 499 without JSON is taken for a refusal",
        file: "crates/core/src/api/generate.rs",
        from: "    let Some(map) = map else {\n",
        to: "    if status == 499 {
        return Outcome::Rejected(Refusal { status, message: String::new() });
    }
    let Some(map) = map else {
",
        killer: row("a09_"),
    },
    Mutant {
        name: "an acceptance without an id is sent again",
        file: "crates/core/src/api/generate.rs",
        from: "            None => Outcome::Unknown(Doubt::NoId(status)),\n",
        to: "            None => Outcome::Held(Hold::Unreachable),\n",
        killer: row("a13_"),
    },
    Mutant {
        name: "anybody is believed that nothing was sent",
        file: "crates/core/src/api/generate.rs",
        from: "    if answer.studio_proxy && answer.not_sent {\n",
        to: "    if answer.not_sent {\n",
        killer: unit("n20_only"),
    },
    Mutant {
        name: "two attempts may have one job",
        file: "crates/core/src/studio/sending.rs",
        from: "            && self.holder_of(job, Some(id)).is_some()\n",
        to: "            && self.library.with_job(job).is_some_and(|other| other != id)\n",
        killer: row("a15_one"),
    },
    Mutant {
        name: "a job that is being filed can be named again",
        file: "crates/core/src/studio/person.rs",
        from: "        if let Some(other) = self.holder_of(&job, Some(id)) {\n",
        to: "        if let Some(other) = self.library.with_job(&job).filter(|other| *other != id).copied() {\n",
        killer: row("a15_an"),
    },
    Mutant {
        name: "a refusal of the old key holds the new one back",
        file: "crates/core/src/studio/jobs.rs",
        from: "if asked.is_none_or(|(_, epoch)| epoch != self.gate.epoch)",
        to: "if asked.is_none_or(|(_, epoch)| epoch > self.gate.epoch)",
        killer: row("a02_a_late"),
    },
    Mutant {
        name: "the free question of the old key speaks for the new one",
        file: "crates/core/src/studio/sending.rs",
        from: " || purpose != Purpose::Queue(self.gate.epoch) {\n",
        to: " {\n",
        killer: row("a02_a_late"),
    },
    // What is in doubt stays in doubt until the person says so.
    Mutant {
        name: "a doubt does not pause its batch",
        file: "crates/core/src/studio/sending.rs",
        from: "        !self.gate.going_on.contains(batch)\n",
        to: "        self.gate.going_on.contains(batch)\n",
        killer: row("n01_"),
    },
    Mutant {
        name: "a dead tab's request is never in doubt",
        file: "crates/core/src/studio/mod.rs",
        from: "            Event::Orphaned(id) => self.step(&id, Step::Interrupted, None, now),\n",
        to: "            Event::Orphaned(_) => {}\n",
        killer: row("t04_"),
    },
    Mutant {
        name: "what is on its way can be thrown away",
        file: "crates/core/src/attempt/step.rs",
        from: "        (state, Step::Mark(Mark::Trash(true))) if !mark::may_go(state) => return None,\n",
        to: "",
        killer: unit("what_is_on_its_way"),
    },
    Mutant {
        name: "the trash is emptied of what has become a favourite since",
        file: "crates/core/src/attempt/step.rs",
        from: "                Purge::ButFavourites => !record.favourite,\n",
        to: "                Purge::ButFavourites => true,\n",
        killer: unit("only_what_is_meant"),
    },
    Mutant {
        name: "a late acceptance stays in the trash",
        file: "crates/core/src/attempt/step.rs",
        from: "    next.deleted = None;\n",
        to: "",
        killer: unit("n12_a_doubt"),
    },
    Mutant {
        name: "a late job id is thrown away",
        file: "crates/core/src/studio/writes.rs",
        from: "                    Step::Outcome(generate::Outcome::Accepted(job)) => self.rescue(order, false, job.clone(), now),\n",
        to: "                    Step::Outcome(generate::Outcome::Accepted(_)) => drop(order),\n",
        killer: row("t06_t07_n12_"),
    },
    Mutant {
        name: "a refused order stops the questions after paid jobs",
        file: "crates/core/src/studio/sending.rs",
        from: "            Hold::NoQuota(_) | Hold::Blocked(_) => self.gate.questions_refused,\n",
        to: "            Hold::NoQuota(_) | Hold::Blocked(_) => true,\n",
        killer: story("a03_no_quota_for_more"),
    },
    Mutant {
        name: "coming back to the page lets a held queue go",
        file: "crates/core/src/studio/mod.rs",
        from: "            Event::Woke => {\n                self.refresh();\n",
        to: "            Event::Woke => {\n                self.gate.hold = None;\n                self.refresh();\n",
        killer: story("n14_"),
    },
    Mutant {
        name: "no free question before the first paid request",
        file: "crates/core/src/studio/sending.rs",
        from: "        match self.gate.probe {\n",
        to: "        match Probe::Passed {\n",
        killer: story("a02_"),
    },
    // What the API said reaches the disk, and before anything is done with it.
    Mutant {
        name: "a fact that could not be written is forgotten",
        file: "crates/core/src/studio/writes.rs",
        from: "                open.retry = Some(Due::after(now, limits::WRITE_RETRY_MS));\n",
        to: "                open.retry = None;\n",
        killer: row("s03_"),
    },
    Mutant {
        name: "a wish that meets another tab's row is forgotten",
        file: "crates/core/src/studio/writes.rs",
        from: "                open.waiting.push_front((step, open.raw.take()));\n",
        to: "                drop(step);\n",
        killer: row("t02_what"),
    },
    Mutant {
        name: "paid for although it cannot be written",
        file: "crates/core/src/studio/writes.rs",
        from: "            WriteProblem::Full | WriteProblem::Broken(_) => self.gate.hold = Some(Hold::Store),\n",
        to: "            WriteProblem::Full | WriteProblem::Broken(_) => {}\n",
        killer: row("s02_"),
    },
    Mutant {
        name: "a job id without room lies in memory only",
        file: "crates/core/src/studio/writes.rs",
        from: "                    self.out.effects.push(Effect::Spare(id, Some(job.clone())));\n",
        to: "",
        killer: row("s03_a_job"),
    },
    Mutant {
        name: "asked for before the job id is on disk",
        file: "crates/core/src/studio/sending.rs",
        from: "        match &judged {\n            generate::Outcome::Held(hold)",
        to: "        if let (generate::Outcome::Accepted(job), Some(connection)) = (&judged, &self.connection) {
            let (url, body) = (connection.fetch(), api::fetch::body(job));
            self.out.effects.push(Effect::Poll { id: id.clone(), job: job.clone(), url, body });
        }
        match &judged {
            generate::Outcome::Held(hold)",
        killer: row("a12_"),
    },
    Mutant {
        name: "fetched before the address is on disk",
        file: "crates/core/src/studio/jobs.rs",
        from: "            (fetch::Outcome::Done { url, quota, echo }, _) => {\n",
        to: "            (fetch::Outcome::Done { url, quota, echo }, _) => {
                self.out.effects.push(Effect::Download { id: id.clone(), routes: connection.image_routes(&url) });
",
        killer: row("a12_"),
    },
    // Asking never gives a paid job up, and never floods.
    Mutant {
        name: "asking stops at the first error",
        file: "crates/core/src/attempt/poll.rs",
        from: "        self.due = Due::after(now, wait_ms.unwrap_or(self.backoff_ms.max(floor)));\n",
        to: "        self.due = Due::after(now, 1 << 40);\n",
        killer: row("a11_"),
    },
    Mutant {
        name: "a question without an answer is a failed job",
        file: "crates/core/src/studio/jobs.rs",
        from: "            (_, Next::Patience) =>",
        to: "            (fetch::Outcome::Again { .. }, _) => Some(Step::Failed(String::new())),\n            (_, Next::Patience) =>",
        killer: row("a11_"),
    },
    Mutant {
        name: "the end of patience is a failed job",
        file: "crates/core/src/studio/jobs.rs",
        from: "(_, Next::Patience) => Some(Step::Stall(Stall::Patience)),",
        to: "(_, Next::Patience) => Some(Step::Failed(String::new())),",
        killer: row("a22_"),
    },
    Mutant {
        name: "another job's answer is believed",
        file: "crates/core/src/api/fetch.rs",
        from: "        && outer.as_str().map(str::trim) != Some(job.as_str())\n",
        to: "        && outer.as_str().map(str::len) == Some(job.as_str().len() + 1000)\n",
        killer: row("a16_"),
    },
    Mutant {
        name: "failure after success",
        file: "crates/core/src/attempt/step.rs",
        from: "        (State::Running | State::Stalled(_), Step::Failed(message)) => {\n",
        to: "        (State::Running | State::Stalled(_) | State::Downloading, Step::Failed(message)) => {\n",
        killer: row("a19_"),
    },
    Mutant {
        name: "Retry-After is not read",
        file: "crates/core/src/api/retry_after.rs",
        from: "    let text = answer.retry_after.as_deref()?.trim();\n",
        to: "    let text = answer.retry_after.as_deref().filter(|_| false)?.trim();\n",
        killer: row("a05_"),
    },
    Mutant {
        name: "coming back to the page beats Retry-After",
        file: "crates/core/src/attempt/poll.rs",
        from: "        if self.quiet.is_some_and(|quiet| !quiet.come(now)) {\n",
        to: "        if self.quiet.is_some_and(|quiet| quiet.come(now) && !quiet.come(now)) {\n",
        killer: unit("a05_nothing"),
    },
    Mutant {
        name: "no bound on questions during an outage",
        file: "crates/core/src/attempt/poll.rs",
        from: "        let wait = if self.careful {",
        to: "        let wait = if self.careful && self.polls > 1_000_000 {",
        killer: row("n16_"),
    },
    Mutant {
        name: "the same question twice at once",
        file: "crates/core/src/studio/jobs.rs",
        from: "                    self.asking.0.insert(id, (now.mono, self.gate.epoch));\n",
        to: "",
        killer: SIMULATION,
    },
    // Pictures and the key.
    Mutant {
        name: "any bytes are a picture",
        file: "crates/core/src/sniff.rs",
        from: ".or_else(|| avif(bytes))\n",
        to: ".or_else(|| avif(bytes)).or(Some(Picture { mime: \"image/png\", ext: \"png\", width: 1, height: 1 }))\n",
        killer: unit("a30_"),
    },
    Mutant {
        name: "ids go back to the beginning of time",
        file: "crates/core/src/id.rs",
        from: ".min(0xFFFF_FFFF_FFFF);\n",
        to: " & 0xFFFF_FFFF_FFFF;\n",
        killer: unit("h07_ids"),
    },
    Mutant {
        name: "the key can be printed",
        file: "crates/core/src/secret.rs",
        from: "pub struct Secret(String);\n",
        to: "#[derive(Debug)]\npub struct Secret(String);\n",
        killer: example("Secret"),
    },
    // The bundled proxy.
    Mutant {
        name: "every server gets a request id",
        file: "crates/core/src/studio/sending.rs",
        from: "request_id: self.gate.studio_proxy }",
        to: "request_id: true }",
        killer: story("only_a_proxy"),
    },
    Mutant {
        name: "the bundled proxy gets no request id",
        file: "crates/core/src/studio/sending.rs",
        from: "request_id: self.gate.studio_proxy }",
        to: "request_id: false }",
        killer: story("only_a_proxy"),
    },
    Mutant {
        name: "the proxy sends a repeat of what is under way",
        file: "crates/server/src/proxy/repeats.rs",
        from: "        if let Some(earlier) = self.under_way.get(id) {\n",
        to: "        if let Some(earlier) = self.under_way.get(id).filter(|_| false) {\n",
        killer: server("rows", "n05_n06_"),
    },
    Mutant {
        name: "the proxy forgets what it sent",
        file: "crates/server/src/proxy/generate.rs",
        from: "        let keep = answer.reach == Reach::Sent && !answer.is_refusal();\n",
        to: "        let keep = false;\n",
        killer: server("paid", "n04_n07_"),
    },
    Mutant {
        name: "the proxy follows redirects with the key",
        file: "crates/server/src/proxy/upstream.rs",
        from: "                .redirect(redirect::Policy::none())\n",
        to: "                .redirect(redirect::Policy::limited(5))\n",
        killer: server("proxy", "n17_n18_"),
    },
    Mutant {
        name: "the proxy calls every failure not sent",
        file: "crates/server/src/proxy/upstream.rs",
        from: "            return if error.is_timeout() { Self::NotAnsweredInTime } else { Self::BrokenOff };\n",
        to: "            return if error.is_timeout() { Self::NotAnsweredInTime } else { Self::NotReached };\n",
        killer: server("rows", "n03_"),
    },
];
