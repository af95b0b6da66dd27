"""Does in the stand-in cloud what `sam deploy` and the AWS CLI do in the real one; answers in JSON.

    cloud.py deploy TEMPLATE BINARIES STAGE DATABASE_SECRET    returns the id of the API
    cloud.py invoke FUNCTION                                   returns what the function returns
    cloud.py permissions STAGE                                 returns what each function may do
    cloud.py logs STAGE                                        returns what the functions logged

The cloud and the credentials are those of the environment (AWS_ENDPOINT_URL and its like).
"""

import io
import json
import pathlib
import re
import sys
import time
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

BUCKET = "artifacts"
PATIENCE_SECONDS = 60
LIMITS = Config(connect_timeout=5, read_timeout=PATIENCE_SECONDS, retries={"total_max_attempts": 1})


def client(service, session=boto3):
    return session.client(service, config=LIMITS)


def deploy(template, binaries, stage, database_secret):
    """Packages the template as `sam package` does and creates a stack of it."""
    upload(pathlib.Path(binaries))
    # The template leaves this secret to whoever has the database.
    client("secretsmanager").create_secret(Name=f"{stage}/office-hours/database", SecretString=database_secret)
    parameters = {"Stage": stage, "Architecture": "x86_64", "MentorVetting": "off"}
    cloudformation = client("cloudformation")
    cloudformation.create_stack(
        StackName=stage,
        TemplateURL=put_template(package(pathlib.Path(template).read_text())),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    )
    wait_for(cloudformation, stage)
    return import_routes(cloudformation, stage)


def upload(binaries):
    s3 = client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    for bootstrap in sorted(binaries.glob("*/bootstrap")):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
            file.write(bootstrap, "bootstrap")
        s3.put_object(Bucket=BUCKET, Key=f"{bootstrap.parent.name}.zip", Body=archive.getvalue())


def put_template(template):
    """Puts the template into the bucket, as `sam deploy` does: it is too long to be sent with the request."""
    s3 = client("s3")
    s3.put_object(Bucket=BUCKET, Key="template.yaml", Body=template.encode())
    return f"https://s3.{s3.meta.region_name}.amazonaws.com/{BUCKET}/template.yaml"


def package(template):
    """Puts the artifact of each function in the place of its sources."""
    block = re.compile(r"(Binary: ([a-z-]+) .*?\n +CodeUri: )\.$", re.DOTALL | re.MULTILINE)
    packaged, count = block.subn(rf"\1s3://{BUCKET}/\2.zip", template)
    if count != template.count("AWS::Serverless::Function"):
        sys.exit(f"only {count} functions of the template name a Binary and then their CodeUri")
    return packaged


def wait_for(cloudformation, stack):
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE_SECONDS:
        status = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
        if status == "CREATE_COMPLETE":
            return
        if not status.endswith("_IN_PROGRESS") or status.startswith("ROLLBACK"):
            events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
            failed = [event for event in events if "FAILED" in event["ResourceStatus"]]
            reasons = [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}" for event in failed]
            sys.exit("\n".join([f"the stack is {status}", *reasons]))
        time.sleep(0.05)
    sys.exit(f"the stack is not there after {PATIENCE_SECONDS} s")


def import_routes(cloudformation, stack):
    """Makes the routes that API Gateway reads from SAM's OpenAPI document, which the stand-in does not."""
    resources = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    physical = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}
    template = cloudformation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    template = template if isinstance(template, dict) else json.loads(template)
    paths = template["Resources"]["Api"]["Properties"]["Body"]["paths"]
    gateway, functions = client("apigatewayv2"), client("lambda")
    for path, methods in paths.items():
        for method, operation in methods.items():
            integration = operation["x-amazon-apigateway-integration"]
            logical = re.search(r"\$\{(\w+)\.Arn\}", json.dumps(integration["uri"])).group(1)
            function = functions.get_function_configuration(FunctionName=physical[logical])
            made = gateway.create_integration(
                ApiId=physical["Api"],
                IntegrationType="AWS_PROXY",
                IntegrationUri=function["FunctionArn"],
                PayloadFormatVersion=integration["payloadFormatVersion"],
            )
            method = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
            target = f"integrations/{made['IntegrationId']}"
            gateway.create_route(ApiId=physical["Api"], RouteKey=f"{method} {path}", Target=target)
    return physical["Api"]


def invoke(function):
    answer = client("lambda").invoke(FunctionName=function)
    payload = json.load(answer["Payload"])
    if "FunctionError" in answer:
        sys.exit(f"{function} failed: {json.dumps(payload)}")
    return payload


def permissions(stage):
    """Tries as each function what only some of them may do, which spoils keys, queues and files."""
    prefix = f"office-hours-{stage}-"
    functions = client("lambda").list_functions()["Functions"]
    resources = client("cloudformation").describe_stack_resources(StackName=stage)["StackResources"]
    physical = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}
    bucket = physical["ExportBucket"]
    # It refuses plain HTTP, and the stand-in speaks nothing else.
    client("s3").delete_bucket_policy(Bucket=bucket)
    queues = [client("sqs").get_queue_url(QueueName=f"{prefix}{name}")["QueueUrl"] for name in ["email", "email-bulk", "export", "payment", "matching", "assignment", "airtable", "delivery"]]
    allowed = {}
    for function in functions:
        role = as_role(function["Role"])
        client("s3").put_object(Bucket=bucket, Key="probe", Body=b"")
        name = function["FunctionName"].removeprefix(prefix)
        tried = [*attempts(role, stage, *queues), *file_attempts(role, bucket)]
        allowed[name] = sorted(what for what, attempt in tried if is_allowed(attempt))
    return allowed


def attempts(role, stage, queue, bulk_queue, export_queue, payment_queue, matching_queue, assignment_queue, airtable_queue, delivery_queue):
    secrets, sqs = client("secretsmanager", role), client("sqs", role)
    message = {"Id": "1", "MessageBody": "{}"}
    for name in ["database", "jwt-signing", "jwt-public", "app", "data-keys", "pepper", "oauth", "payment", "airtable", "sms"]:
        secret = f"{stage}/office-hours/{name}"
        yield f"read {name}", lambda secret=secret: secrets.get_secret_value(SecretId=secret)
        yield f"write {name}", lambda secret=secret: secrets.put_secret_value(SecretId=secret, SecretString="{}")
    yield "send to the queue", lambda: sqs.send_message_batch(QueueUrl=queue, Entries=[message])
    yield "send to the bulk queue", lambda: sqs.send_message_batch(QueueUrl=bulk_queue, Entries=[message])
    yield "send to the export queue", lambda: sqs.send_message_batch(QueueUrl=export_queue, Entries=[message])
    yield "send to the payment queue", lambda: sqs.send_message_batch(QueueUrl=payment_queue, Entries=[message])
    yield "send to the matching queue", lambda: sqs.send_message_batch(QueueUrl=matching_queue, Entries=[message])
    yield "send to the assignment queue", lambda: sqs.send_message_batch(QueueUrl=assignment_queue, Entries=[message])
    yield "send to the airtable queue", lambda: sqs.send_message_batch(QueueUrl=airtable_queue, Entries=[message])
    yield "send to the delivery queue", lambda: sqs.send_message_batch(QueueUrl=delivery_queue, Entries=[message])
    dead_letters = f"{queue}-dead-letters"
    yield "send to the dead letters", lambda: sqs.send_message_batch(QueueUrl=dead_letters, Entries=[message])
    yield "receive from the dead letters", lambda: sqs.receive_message(QueueUrl=dead_letters, WaitTimeSeconds=0)
    yield "receive from the queue", lambda: sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=0)
    yield "purge the queue", lambda: sqs.purge_queue(QueueUrl=queue)


def file_attempts(role, bucket):
    s3 = client("s3", role)
    yield "read exports", lambda: s3.get_object(Bucket=bucket, Key="probe")
    yield "write exports", lambda: s3.put_object(Bucket=bucket, Key="probe", Body=b"")
    yield "delete exports", lambda: s3.delete_object(Bucket=bucket, Key="probe")


def as_role(arn):
    session = client("sts").assume_role(RoleArn=arn, RoleSessionName="e2e")["Credentials"]
    return boto3.Session(session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])


def is_allowed(attempt):
    try:
        attempt()
    except ClientError as error:
        if "AccessDenied" not in error.response["Error"]["Code"]:
            raise
        return False
    return True


def logs(stage):
    events = client("logs").filter_log_events(logGroupName=f"/office-hours/{stage}/functions", limit=2000)
    return [event["message"] for event in events["events"]]


if __name__ == "__main__":
    commands = {"deploy": deploy, "invoke": invoke, "permissions": permissions, "logs": logs}
    json.dump(commands[sys.argv[1]](*sys.argv[2:]), sys.stdout)
