"""Scripts Sluice from Python with nothing but its address: what it can do is asked of it by reflection."""

import sys

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from google.rpc import error_details_pb2, status_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

PATIENCE_SECONDS = 30


class Api:
    """Calls methods by name, with fields by name."""

    def __init__(self, target):
        # Over a Unix socket grpcio would send the escaped path as the authority, which HTTP/2 servers in Rust refuse.
        self.channel = grpc.insecure_channel(target, options=[("grpc.default_authority", "localhost")])
        grpc.channel_ready_future(self.channel).result(timeout=PATIENCE_SECONDS)
        self.database = ProtoReflectionDescriptorDatabase(self.channel)
        self.pool = DescriptorPool(self.database)

    def services(self):
        return sorted(self.database.get_services())

    def message(self, name, /, **fields):
        return GetMessageClass(self.pool.FindMessageTypeByName(f"sluice.v1.{name}"))(**fields)

    def call(self, service, method, /, **fields):
        described = self.pool.FindServiceByName(f"sluice.v1.{service}").FindMethodByName(method)
        request = GetMessageClass(described.input_type)(**fields)
        make = self.channel.unary_stream if described.server_streaming else self.channel.unary_unary
        path = f"/sluice.v1.{service}/{method}"
        call = make(
            path,
            request_serializer=lambda it: it.SerializeToString(),
            response_deserializer=GetMessageClass(described.output_type).FromString,
        )
        return call(request, timeout=PATIENCE_SECONDS)


def reason_of(error):
    """The stable reason in the details of a refusal."""
    for key, value in error.trailing_metadata():
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                info = error_details_pb2.ErrorInfo()
                if detail.Unpack(info):
                    return info.reason
    return ""


def main(target):
    api = Api(target)
    services = api.services()
    assert "sluice.v1.OpportunityService" in services, services
    assert "grpc.health.v1.Health" in services, services

    watch = api.call("WatchService", "Watch", snapshot=True)
    for response in watch:
        if response.WhichOneof("message") == "snapshot_end":
            break

    pipeline = api.call("PipelineService", "ListPipelines").pipelines[0]
    deal = api.message(
        "Opportunity",
        name="从 Python 来",
        amount=api.message("Money", amount_minor=120_000_000),
        expected_contract_date="2027-03-15",
    )
    created = api.call("OpportunityService", "CreateOpportunity", opportunity=deal, request_id="python-1")
    again = api.call("OpportunityService", "CreateOpportunity", opportunity=deal, request_id="python-1")
    assert created == again, "the same request id gives the same outcome"
    moved = api.call(
        "OpportunityService", "MoveOpportunity", id=created.opportunity.id, stage_id=pipeline.stages[1].id
    )
    assert moved.opportunity.stage_id == pipeline.stages[1].id

    seen = []
    for response in watch:
        seen += [commit.revision for commit in response.commit_batch.commits]
        if moved.revision in seen:
            break
    assert created.revision in seen, seen
    watch.cancel()

    try:
        api.call("OpportunityService", "MoveOpportunity", id=created.opportunity.id, stage_id="stages/99999")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.NOT_FOUND, error
        assert reason_of(error) == "STAGE_NOT_FOUND", error
    else:
        raise AssertionError("an unknown stage was accepted")
    print(f"Python client: {len(services)} services by reflection; created, moved and watched {created.opportunity.id}")


if __name__ == "__main__":
    main(sys.argv[1])
