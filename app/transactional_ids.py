"""The id of a deployment in, the names of its transactional producers out: whoever starts one fences the one before."""

from schemas.topics import TABLE


def control_id(app_id: str) -> str:
    """Name the producer of whoever may publish cut points and the first policy."""
    return f"{app_id}-control"


def budgets_id(app_id: str) -> str:
    """Name the producer of whoever grants slices of budgets."""
    return f"{app_id}-budgets"


def promotion_id(app_id: str) -> str:
    """Name the producer of whoever promotes a policy."""
    return f"{app_id}-promote"


def task_ids(app_id: str) -> str:
    """Give what the names of all partition tasks' producers begin with."""
    return f"{app_id}-{TABLE}-"


def task_id(app_id: str, partition: int) -> str:
    """Name the producer of a partition."""
    return f"{task_ids(app_id)}{partition}"
