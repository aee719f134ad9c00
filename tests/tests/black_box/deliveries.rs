//! kill -9 while the outbox is full: every message arrives, and none again once its delivery was acknowledged and kept.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use anyhow::Result;
use sluice_proto::v1::{
    self, delivery_service_client::DeliveryServiceClient,
    webhook_service_client::WebhookServiceClient,
};
use sluice_tests::{
    client::stages,
    harness::{Daemon, Folder},
    sample::Sample,
    wait::{PATIENCE, eventually},
};

/// Deals won, and so messages.
const MESSAGES: usize = 60;

/// What happened at the target, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Seen {
    /// It acknowledged this message.
    Acknowledged(String),
    /// It took this one and did not answer.
    Held,
    /// The sender was killed.
    Killed,
}

/// A target that acknowledges as many messages as it may, and leaves the others without an answer.
#[derive(Clone)]
struct Target {
    address: SocketAddr,
    may: Arc<AtomicU64>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Target {
    fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let target = Self {
            address: listener.local_addr()?,
            may: Arc::default(),
            seen: Arc::default(),
        };
        let serving = target.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let target = serving.clone();
                thread::spawn(move || target.answer(stream));
            }
        });
        Ok(target)
    }

    /// One request and its answer; ends early when the sender goes away.
    fn answer(&self, stream: TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream);
        let (mut id, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            // The end within a request: its sender is gone.
            reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(": ").unwrap_or_default();
            match name {
                "sluice-delivery" => value.clone_into(&mut id),
                "content-length" => length = value.parse().ok()?,
                _ => {}
            }
        }
        reader.read_exact(&mut vec![0; length]).ok()?;
        let take = |may: u64| may.checked_sub(1);
        let may = self
            .may
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, take);
        if may.is_err() {
            self.seen.lock().unwrap().push(Seen::Held);
            // Until the sender gives up or dies.
            let _ = reader.read(&mut [0]);
            return None;
        }
        // Before the answer goes: nothing that follows from it can be seen earlier.
        self.seen.lock().unwrap().push(Seen::Acknowledged(id));
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        reader.get_mut().write_all(answer).ok()
    }

    fn acknowledged(&self) -> usize {
        let seen = self.seen.lock().unwrap();
        let all = seen.iter();
        all.filter(|it| matches!(it, Seen::Acknowledged(_))).count()
    }

    fn is_holding(&self) -> bool {
        self.seen.lock().unwrap().last() == Some(&Seen::Held)
    }

    fn kill(&self, server: Daemon) -> Result<()> {
        server.kill()?;
        self.seen.lock().unwrap().push(Seen::Killed);
        Ok(())
    }
}

/// Wins so many deals, each told to the target.
async fn win(server: &Daemon, target: &Target) -> Result<()> {
    let client = server.client().await?;
    let webhook = v1::Webhook {
        name: "target".to_owned(),
        url: format!("http://{}/", target.address),
        events: vec![v1::WebhookEvent::OpportunityWon.into()],
        ..Default::default()
    };
    let request = v1::CreateWebhookRequest {
        webhook: Some(webhook),
        ..Default::default()
    };
    WebhookServiceClient::new(server.channel().await?)
        .create_webhook(request)
        .await?;
    let won = stages(&client.pipeline().await?, v1::StageKind::Won).remove(0);
    let mut sample = Sample::new(7);
    for _ in 0..MESSAGES {
        let deal = client.create(sample.deal()).await?;
        let id = deal.opportunity.unwrap_or_default().id;
        client.move_to(&id, &won).await?;
    }
    Ok(())
}

async fn delivered(server: &Daemon) -> Result<i32> {
    let request = v1::ListDeliveriesRequest {
        state: v1::DeliveryState::Delivered.into(),
        ..Default::default()
    };
    let answer = DeliveryServiceClient::new(server.channel().await?)
        .list_deliveries(request)
        .await?;
    Ok(answer.into_inner().total_size)
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_with_a_full_outbox_lose_no_message_and_repeat_none_that_was_acknowledged()
-> Result<()> {
    let folder = Folder::new()?;
    let target = Target::start()?;
    let mut server = folder.serve().await?;
    win(&server, &target).await?;
    // Killed with the next message under way: whatever was acknowledged before is on the disk.
    let mut wanted = 0;
    for next in [1, 7, 12, MESSAGES] {
        eventually("the next is held", PATIENCE, async || {
            (target.acknowledged() == wanted && target.is_holding()).then_some(())
        })
        .await?;
        target.kill(server)?;
        wanted += next;
        target.may.store(u64::try_from(next)?, Ordering::Release);
        server = folder.serve().await?;
    }
    // Killed at any moment between an acknowledgement and its commit.
    for more in [1, 5, 9] {
        let wanted = target.acknowledged() + more;
        eventually("some more are acknowledged", PATIENCE, async || {
            (target.acknowledged() >= wanted).then_some(())
        })
        .await?;
        target.kill(server)?;
        server = folder.serve().await?;
    }
    eventually("all are delivered", PATIENCE, async || {
        let count = delivered(&server).await.ok()?;
        (count == i32::try_from(MESSAGES).ok()?).then_some(())
    })
    .await?;
    check(&target.seen.lock().unwrap());
    Ok(())
}

/// All arrived in order; one came again only if a kill came right after its acknowledgement.
fn check(seen: &[Seen]) {
    let mut told: Vec<&str> = Vec::new();
    // Whether the newest may not be on the sender's disk yet: that the next one was sent would say that it is.
    let mut is_open = false;
    let mut may_repeat = false;
    // What a killed sender had sent may be seen a moment after its death.
    let mut is_late = false;
    for event in seen {
        match event {
            Seen::Killed => (is_late, may_repeat) = (true, is_open),
            Seen::Held => (is_open, may_repeat) = (false, false),
            Seen::Acknowledged(id) => {
                let repeated = told.last() == Some(&id.as_str());
                assert!(may_repeat || !repeated, "{id} was told again: {seen:?}");
                if !repeated {
                    told.push(id);
                }
                (is_open, may_repeat) = (true, is_late);
                is_late = false;
            }
        }
    }
    let all: Vec<String> = (1..=MESSAGES)
        .map(|id| format!("deliveries/{id}"))
        .collect();
    assert_eq!(told, all);
}
