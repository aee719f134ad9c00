//! `PipelineService`.

use sluice_proto::v1::{self, pipeline_service_server::PipelineService};

use super::service;
use crate::grpc::convert::pipeline;

service! { PipelineService:
    change create_pipeline(CreatePipelineRequest) -> CreatePipelineResponse { pipeline } by pipeline::create;
    change update_pipeline(UpdatePipelineRequest) -> UpdatePipelineResponse { pipeline } by pipeline::update;
    change create_stage(CreateStageRequest) -> CreateStageResponse { pipeline } by pipeline::create_stage;
    change update_stage(UpdateStageRequest) -> UpdateStageResponse { pipeline } by pipeline::update_stage;
    change reorder_stages(ReorderStagesRequest) -> ReorderStagesResponse { pipeline } by pipeline::reorder_stages;
    change retire_stage(RetireStageRequest) -> RetireStageResponse { pipeline } by pipeline::retire_stage;
    get get_pipeline(GetPipelineRequest) -> GetPipelineResponse { pipeline };
    list list_pipelines(ListPipelinesRequest) -> ListPipelinesResponse { pipelines };
}
