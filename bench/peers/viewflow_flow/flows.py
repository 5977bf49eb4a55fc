"""The flow of viewflow_loop.py."""

from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.models import Process


class ClaimFlow(flow.Flow):
    process_class = Process

    start = flow.StartHandle(this.begin).Next(this.approve)
    approve = flow.Handle(this.take).Next(this.split)
    split = flow.If(lambda activation: activation.process.data["amount"] > 50).Then(this.end_large).Else(this.end_small)
    end_large = flow.End()
    end_small = flow.End()

    def begin(self, activation, number):
        activation.process.data = {"number": number}

    def take(self, activation, amount):
        activation.process.data["amount"] = amount
        activation.process.save()
