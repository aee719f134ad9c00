//! Answers a move that is only to be checked: where the gate is all that stands in its way, with what is missing.

use sluice_domain::{Category, Command, Context, Entity, preview};
use sluice_proto::v1;
use tonic::Status;

use super::{
    api::Api,
    convert::{Call, Mutation, Resource as _, preview as convert},
    refuse,
};
use crate::engine::SubmitError;

impl Api {
    /// What a move would do; nothing is changed.
    ///
    /// # Errors
    /// What is wrong besides the gate, as the move itself would be refused.
    pub async fn preview_move(
        &self,
        call: &Call,
        mutation: Mutation,
    ) -> Result<v1::MoveOpportunityResponse, Status> {
        let Command::MoveOpportunity(command) = mutation.command.clone() else {
            return Err(Status::internal("only a move has a preview"));
        };
        if !mutation.violations.is_empty() {
            return Err(match self.submit(call, mutation).await {
                Err(status) => status,
                Ok(_) => Status::internal("a request with violations was done"),
            });
        }
        // The engine checks what is not the domain's: the etag, the deadline, whether the server is going away.
        let checked = self.engine.submit(self.submission(call, &mutation)).await;
        if let Err(error) = checked {
            let by_domain = matches!(
                &error,
                SubmitError::Rejected(rejection)
                    if matches!(rejection.category(), Category::FailedPrecondition | Category::PermissionDenied)
            );
            if !by_domain {
                return Err(refuse::submit(error, &mutation).into());
            }
        }
        let state = self.engine.snapshot();
        let context = Context {
            now: self.now(),
            actor: call.actor.clone(),
        };
        let preview = preview::of_move(&state, &command, &context)
            .map_err(|rejection| refuse::submit(SubmitError::Rejected(rejection), &mutation))?;
        let shown = if preview.allowed {
            &preview.after
        } else {
            &preview.before
        };
        Ok(v1::MoveOpportunityResponse {
            opportunity: v1::Opportunity::of(&Entity::Opportunity(shown.clone()), &state),
            revision: state.revision(),
            preview: Some(convert::write(&preview, &state)),
        })
    }
}
