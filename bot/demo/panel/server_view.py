"""A server as the client API shows it, and what a subuser sees less of."""

from __future__ import annotations

from typing import Any

from bot.demo.panel import allocations, errors, user_view
from bot.demo.panel.answers import Answer, success
from bot.demo.panel.auth import may, permissions_of
from bot.demo.panel.calls import Call
from bot.demo.panel.records import Build, Server, User
from bot.demo.panel.state import PanelState


def view(call: Call) -> Answer:
    """Answer with one server; the only place that tells permissions."""
    shown = document(call, call.server, includes_of(call))
    shown["meta"] = {
        "is_server_owner": call.server.owner_id == call.user.id,
        "user_permissions": permissions_of(call.server, call.user),
    }
    return success(shown)


def includes_of(call: Call) -> set[str]:
    """Return the relationships the query asks for."""
    return set(str(call.fields.get("include") or "").split(","))


def document(call: Call, server: Server, includes: set[str]) -> dict[str, Any]:
    """Return a server with the relationships this user may see."""
    state, user, traits, build = call.state, call.user, call.traits, server.build
    jar = "server.jar" if may(server, user, "startup.read") else "[hidden]"
    node = state.nodes[server.node_id]
    attributes = {
        "server_owner": server.owner_id == user.id,
        "identifier": server.identifier,
        "internal_id": server.id,
        "uuid": server.uuid,
        "name": server.name,
        "node": node.name,
        "is_node_under_maintenance": node.maintenance,
        "sftp_details": {"ip": node.fqdn, **({"alias": None} if traits.servers_show_more else {}), "port": 2022},
        "description": server.description,
        "limits": {
            "memory": build.memory,
            "swap": 0,
            "disk": build.disk,
            "io": 500,
            "cpu": build.cpu,
            "threads": None,
            "oom_disabled": True,
            **({"oom_killer": False} if traits.servers_show_more else {}),
        },
        "invocation": build.invocation.replace("{jar}", jar),
        "docker_image": build.image,
        "egg_features": list(build.features),
        "feature_limits": {"databases": 0, "allocations": server.limit, "backups": 0},
        "status": server.status,
        "is_suspended": server.status == "suspended",
        "is_installing": server.status in traits.blocking_installs,
        "is_transferring": server.transferring,
        "relationships": _relationships(call, server, includes),
    }
    return {"object": "server", "attributes": attributes}


def _relationships(call: Call, server: Server, includes: set[str]) -> dict[str, Any]:
    state, user = call.state, call.user
    shown: dict[str, Any] = {
        "allocations": {"object": "list", "data": _allocations(state, server, user)},
        "variables": _variables(server.build) if may(server, user, "startup.read") else user_view.NULL_RESOURCE,
    }
    if "egg" in includes:
        egg = {"uuid": server.build.egg_uuid, "name": server.build.egg_name}
        shown["egg"] = {"object": "egg", "attributes": egg}
    if "subusers" in includes:
        allowed = may(server, user, "user.read")
        shown["subusers"] = _subusers(call, server) if allowed else user_view.NULL_RESOURCE
    return shown


def _allocations(state: PanelState, server: Server, user: User) -> list[dict[str, Any]]:
    rows = state.allocations_of(server)
    if may(server, user, "allocation.read"):
        return [allocations.document(row, server) for row in rows]
    primary = next((row for row in rows if row.id == server.primary_id), None)
    if primary is None:
        # The panel dereferences the missing row, and takes the user's whole server list with it.
        raise errors.unexpected("Error" if server.primary_id is None else "ErrorException")
    shown = allocations.document(primary, server)
    shown["attributes"]["notes"] = None
    return [shown]


def _variables(build: Build) -> dict[str, Any]:
    if not build.has_variables:
        return {"object": "list", "data": []}
    attributes = {
        "name": "Server Jar File",
        "description": "The name of the server jarfile to run the server with.",
        "env_variable": "SERVER_JARFILE",
        "default_value": "server.jar",
        "server_value": "server.jar",
        "is_editable": True,
        "rules": "required|string|max:20",
    }
    return {"object": "list", "data": [{"object": "egg_variable", "attributes": attributes}]}


def _subusers(call: Call, server: Server) -> dict[str, Any]:
    data = []
    for user_id, permissions in server.subusers.items():
        shown = user_view.attributes(call.state.users[user_id], call.traits)
        data.append({"object": "server_subuser", "attributes": {**shown, "permissions": list(permissions)}})
    return {"object": "list", "data": data}
