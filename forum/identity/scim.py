"""SCIM 2.0 as it is spoken: payloads to what a directory says, accounts to payloads. The one module that knows it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace as dataclass_replace
from typing import Any

from pydantic import ValidationError
from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    Context,
    Email,
    EnterpriseUser,
    Error,
    ETag,
    Filter,
    Group,
    GroupMember,
    InvalidFilterException,
    ListResponse,
    Manager,
    Meta,
    Name,
    Patch,
    PatchOp,
    Reference,
    Resource,
    ResourceType,
    SCIMException,
    ScimFilter,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    User,
)

from forum.core import text
from forum.identity import groups
from forum.identity.provisioning import Account, Said

LONGEST = 255  # characters of a name or an id of theirs
LONGEST_PATH = 500  # characters of what a PATCH is about: the longest that directories send has some 120
ENTERPRISE = str(EnterpriseUser.__schema__)
MOST = 200  # accounts in one answer
FILTERED = {"username": "userName", "externalid": "externalId"}
FILTERED_GROUPS = {"displayname": "displayName", "externalid": "externalId"}
# Directories send what their administrators map; what there is no place for is not kept, and is no reason to refuse.
POLICY = ScimPolicy(unknown=ScimPolicy.Unknown.ignore)
Spoken = User[EnterpriseUser]
SERVICE = ScimProvider(
    models=[User, EnterpriseUser, Group],
    resource_types=[ResourceType.from_resource(Spoken), ResourceType.from_resource(Group)],
    config=ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=MOST),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=False),
        etag=ETag(supported=True),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="Bearer token",
                description="A token that an administrator made under Sign-in and directory.",
                primary=True,
            )
        ],
    ),
)


class NotUnderstood(Exception):
    """What was sent is no SCIM, or asks for what this service does not do. Holds the answer."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.detail)
        self.status = int(error.status or 400)
        self.payload = error.model_dump()


def error(status: int, words: str, kind: str | None = None) -> dict[str, Any]:
    """A refusal as SCIM has it."""
    return Error(status=status, detail=words, scim_type=kind).model_dump()


def read_user(payload: Any, *, is_new: bool) -> Said:
    """What a POST or PUT says of somebody. Raises `NotUnderstood`."""
    context = Context.RESOURCE_CREATION_REQUEST if is_new else Context.RESOURCE_REPLACEMENT_REQUEST
    try:
        user = Spoken.model_validate(_with_references(payload), scim_ctx=context, scim_policy=POLICY)
    except (ValidationError, SCIMException) as refused:
        raise _not_understood(refused) from None
    extension = user[EnterpriseUser]
    says_manager = extension is not None and "manager" in extension.model_fields_set
    return _said(user, _name(user), says_manager=says_manager)


def patched(payload: Any, account: Account) -> Said:
    """What somebody is after a PATCH. Raises `NotUnderstood`."""
    user = _user(account, "")
    before = user.model_copy(deep=True)
    _have_short_paths(payload)
    try:
        read = PatchOp[Spoken].model_validate(
            _with_references(payload), scim_ctx=Context.RESOURCE_PATCH_REQUEST, scim_policy=POLICY
        )
        read.patch(user, scim_policy=POLICY)
    except (ValidationError, SCIMException) as refused:
        raise _not_understood(refused) from None
    if not user.user_name:
        raise NotUnderstood(Error(status=400, scim_type="invalidValue", detail="A User needs a userName."))
    said = _said(user, _changed_name(user, before), says_manager=True)
    return dataclass_replace(said, job_title=said.job_title or "")


def write_user(account: Account, base: str) -> dict[str, Any]:
    """Somebody as a directory is told of them."""
    return _user(account, base).model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)


def write_page(accounts: Sequence[Account], base: str, *, total: int, start: int) -> dict[str, Any]:
    """A part of all accounts."""
    users = [_user(account, base) for account in accounts]
    return ListResponse[Spoken](
        total_results=total, start_index=start, items_per_page=len(users), resources=users
    ).model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)


def read_group(payload: Any, *, is_new: bool) -> groups.SaidOfGroup:
    """What a POST or PUT says of a group. Raises `NotUnderstood`."""
    context = Context.RESOURCE_CREATION_REQUEST if is_new else Context.RESOURCE_REPLACEMENT_REQUEST
    try:
        group = Group.model_validate(payload, scim_ctx=context, scim_policy=POLICY)
    except (ValidationError, SCIMException) as refused:
        raise _not_understood(refused) from None
    return _said_of_group(group, says_members="members" in group.model_fields_set)


def patched_group(payload: Any, group: groups.Group) -> groups.SaidOfGroup:
    """What a group is after a PATCH. Raises `NotUnderstood`."""
    changed = _group(group, "")
    _have_short_paths(payload)
    try:
        for part in _in_parts(payload):
            if isinstance(part, set):
                changed.members = [each for each in changed.members or () if each.value not in part]
                continue
            read = PatchOp[Group].model_validate(part, scim_ctx=Context.RESOURCE_PATCH_REQUEST, scim_policy=POLICY)
            read.patch(changed, scim_policy=POLICY)
    except (ValidationError, SCIMException) as refused:
        raise _not_understood(refused) from None
    return _said_of_group(changed, says_members=True)


def write_group(group: groups.Group, base: str, *, members: bool = True) -> dict[str, Any]:
    """A group as a directory is told of it."""
    return _group(group, base, members=members).model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)


def write_group_page(
    found: Sequence[groups.Group], base: str, *, total: int, start: int, members: bool
) -> dict[str, Any]:
    """A part of all groups."""
    shown = [_group(each, base, members=members) for each in found]
    return ListResponse[Group](
        total_results=total, start_index=start, items_per_page=len(shown), resources=shown
    ).model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)


def read_group_filter(words: str) -> tuple[str, str]:
    """As `read_filter`, for groups: `displayName eq "Sales"`."""
    return _filter(Group, FILTERED_GROUPS, words)


def read_filter(words: str) -> tuple[str, str]:
    """The attribute and the value of a filter such as `userName eq "ada"`; both empty for none.

    Raises `NotUnderstood` for any other filter: an answer to half of a question would be taken for the whole.
    """
    return _filter(Spoken, FILTERED, words)


def _filter(of: Any, filtered: Mapping[str, str], words: str) -> tuple[str, str]:
    if not words.strip():
        return "", ""
    try:
        read = ScimFilter[of](words).ast
    except (SCIMException, RecursionError) as refused:
        raise _not_understood(refused) from None
    attribute = filtered.get(str(getattr(read, "attr_path", "")).rpartition(":")[2].casefold())
    value = getattr(read, "value", None)
    if attribute is None or str(getattr(read, "op", "")) != "eq" or not isinstance(value, str):
        known = " or ".join(f'{each} eq "…"' for each in filtered.values())
        raise NotUnderstood(InvalidFilterException(detail=f"Filter by {known}.").to_error())
    return attribute, value


def service(name: str) -> dict[str, Any]:
    """What the service says of itself: its configuration, its resource types or its schemas."""
    if name == "ServiceProviderConfig":
        assert SERVICE.config is not None
        return SERVICE.config.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    found: Sequence[Resource[Any]] = list(SERVICE.resource_types if name == "ResourceTypes" else SERVICE.schemas)
    return {
        "schemas": [str(ListResponse.__schema__)],
        "totalResults": len(found),
        "itemsPerPage": len(found),
        "startIndex": 1,
        "Resources": [each.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE) for each in found],
    }


def _user(account: Account, base: str) -> Any:
    person = account.person
    user = Spoken(
        id=str(person.id),
        external_id=account.external_id,
        user_name=account.user_name,
        name=Name(formatted=person.name),
        display_name=person.name,
        title=person.job_title or None,
        emails=[Email(value=person.email, type=Email.Type.work, primary=True)],
        active=person.is_active,
        meta=Meta(resource_type="User", created=person.joined_at, location=f"{base}/Users/{person.id}"),
    )
    above = str(person.manager_id) if person.manager_id else None
    user[EnterpriseUser] = EnterpriseUser(
        department=person.department.name,
        manager=Manager(value=above, ref=Reference(f"{base}/Users/{above}")) if above else None,
    )
    return _versioned(user)


def _group(group: groups.Group, base: str, *, members: bool = True) -> Any:
    row = group.row
    made = Group(
        id=str(row.id),
        external_id=row.external_id,
        display_name=row.name,
        members=[
            GroupMember(value=str(id), display=name, type="User", ref=Reference(f"{base}/Users/{id}"))
            for id, name in group.members
        ],
        meta=Meta(resource_type="Group", created=row.since, location=f"{base}/Groups/{row.id}"),
    )
    versioned = _versioned(made)
    if not members:
        versioned.members = None
    return versioned


def _versioned(resource: Any) -> Any:
    """The resource with a mark of what it says: the same as long as nothing of it has changed."""
    said = json.dumps(resource.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE), sort_keys=True)
    resource.meta.version = f'W/"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'
    return resource


def _said_of_group(group: Any, *, says_members: bool) -> groups.SaidOfGroup:
    name = text.clean_line(group.display_name or "", LONGEST)
    if not name:
        raise NotUnderstood(Error(status=400, scim_type="invalidValue", detail="A Group needs a displayName."))
    return groups.SaidOfGroup(
        name=name,
        external_id=text.clean_line(group.external_id or "", LONGEST) or None,
        members=frozenset(str(each.value) for each in group.members or () if each.value) if says_members else None,
    )


def _have_short_paths(payload: Any) -> None:
    """A path may hold a condition, which is read for each member: thousands of "or" would take minutes."""
    operations = payload.get("Operations") if isinstance(payload, dict) else None
    for each in operations if isinstance(operations, list) else ():
        if isinstance(each, dict) and len(str(each.get("path", ""))) > LONGEST_PATH:
            words = f"A path has at most {LONGEST_PATH} characters."
            raise NotUnderstood(Error(status=400, scim_type="invalidPath", detail=words))


def _in_parts(payload: Any) -> Iterator[Any]:
    """The payload in parts, in their order; of those that only remove members by their values, as Entra sends them, the
    ids. As conditions in a path, as the standard has it, each would be asked of each member."""
    if not isinstance(payload, dict) or not isinstance(payload.get("Operations"), list):
        yield payload
        return
    others: list[Any] = []
    for each in payload["Operations"]:
        goes = isinstance(each, dict) and str(each.get("op", "")).casefold() == "remove"
        if goes and str(each.get("path", "")).casefold() == "members" and isinstance(each.get("value"), list):
            if others:
                yield {**payload, "Operations": others}
                others = []
            yield {str(one.get("value", "")) for one in each["value"] if isinstance(one, dict)}
        else:
            others.append(each)
    if others or not payload["Operations"]:
        yield {**payload, "Operations": others}


def _said(user: Any, name: str, *, says_manager: bool) -> Said:
    extension = user[EnterpriseUser] or EnterpriseUser()
    emails = sorted((each for each in user.emails or () if each.value), key=lambda each: not each.primary)
    user_name = text.clean_line(user.user_name, LONGEST)
    if not user_name:
        raise NotUnderstood(Error(status=400, scim_type="invalidValue", detail="A User needs a userName."))
    return Said(
        user_name=user_name,
        external_id=text.clean_line(user.external_id or "", LONGEST) or None,
        name=name,
        email=str(emails[0].value) if emails else user_name,
        job_title=user.title,
        department=extension.department,
        manager=(extension.manager.value or None) if extension.manager else None,
        says_manager=says_manager,
        is_active=user.active,
    )


def _name(user: Any) -> str:
    name = user.name or Name()
    both = " ".join(filter(None, (name.given_name, name.family_name)))
    return str(user.display_name or name.formatted or both or user.user_name)


def _changed_name(user: Any, before: Any) -> str:
    """The part of a name that a patch changed is the name: a directory changes the one that it has."""
    name = user.name or Name()
    if user.display_name != before.display_name and user.display_name:
        return str(user.display_name)
    if name.formatted != before.name.formatted and name.formatted:
        return str(name.formatted)
    if name.given_name and name.family_name:
        return f"{name.given_name} {name.family_name}"
    return str(before.display_name)


def _with_references(payload: Any) -> Any:
    """The payload with every manager as the standard has it.

    Some directories name the manager by the id alone, and leave the reference out which says the same again.
    """
    if not isinstance(payload, dict):
        return payload
    given = dict(payload)
    _complete(given, ENTERPRISE)
    if isinstance(given.get("Operations"), list):
        given["Operations"] = [_operation(each) for each in given["Operations"]]
    return given


def _operation(given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    operation = dict(given)
    path, value = str(operation.get("path") or "").casefold(), operation.get("value")
    if path in (f"{ENTERPRISE}:manager".casefold(), f"{ENTERPRISE}:manager.value".casefold()):
        operation["path"] = f"{ENTERPRISE}:manager"
        operation["value"] = _manager(value)
        if not operation["value"]:
            operation = {"op": "remove", "path": operation["path"]}
    elif isinstance(value, dict):
        operation["value"] = dict(value)
        _complete(operation["value"], ENTERPRISE)
        flat = f"{ENTERPRISE}:manager"
        if flat in value:
            operation["value"][flat] = _manager(value[flat])
    return operation


def _complete(given: dict[str, Any], key: str) -> None:
    extension = given.get(key)
    if isinstance(extension, dict) and extension.get("manager"):
        given[key] = {**extension, "manager": _manager(extension["manager"])}


def _manager(value: Any) -> Any:
    if isinstance(value, str):
        value = {"value": value}
    if isinstance(value, dict):
        id = value.get("value")
        return {**value, "$ref": value.get("$ref") or f"/Users/{id}"} if id else None
    return value


def _not_understood(refused: ValidationError | SCIMException | RecursionError) -> NotUnderstood:
    if isinstance(refused, SCIMException):
        return NotUnderstood(refused.to_error())
    if isinstance(refused, RecursionError):
        return NotUnderstood(InvalidFilterException().to_error())
    return NotUnderstood(Error.from_validation_errors(refused)[0])
