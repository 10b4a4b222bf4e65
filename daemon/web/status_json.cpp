#include "daemon/web/status_json.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <sstream>

#include "catalog/incident.h"
#include "catalog/wall_time.h"

namespace vodcatalog {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

Object::Ptr object() {
    return new Object(Poco::JSON_PRESERVE_KEY_ORDER | Poco::JSON_ESCAPE_UNICODE);
}

/// null where there is none.
template <typename Value>
void set(Object& to, const std::string& name, const std::optional<Value>& value) {
    to.set(name, value ? Poco::Dynamic::Var(*value) : Poco::Dynamic::Var());
}
void set(Object& to, const std::string& name, const std::optional<WallTime>& time) {
    to.set(name, time ? Poco::Dynamic::Var(catalog::to_iso(*time)) : Poco::Dynamic::Var());
}

Array::Ptr accounts_of(const DaemonStatus& status) {
    Array::Ptr accounts = new Array;
    for (const DaemonStatus::Account& account : status.accounts) {
        Object::Ptr its = object();
        its->set("name", account.name);
        its->set("state", account.down ? "down" : account.answered_at ? "up" : "unknown");
        if (account.down) its->set("down_by", std::string(to_string(*account.down)));
        set(*its, "answered_at", account.answered_at);
        its->set("calls_in_flight", account.in_flight);
        Object::Ptr credentials = object();
        credentials->set("available", account.credentials.available);
        set(*credentials, "expire_at", account.credentials.expire_at);
        its->set("credentials", credentials);
        accounts->add(its);
    }
    return accounts;
}

Object::Ptr catalog_of(const DaemonStatus& status) {
    Object::Ptr catalog = object();
    set(*catalog, "bytes", status.catalog_bytes);
    set(*catalog, "wal_bytes", status.wal_bytes);
    catalog->set("writable", !status.trouble);
    catalog->set("readable", status.figures.has_value());
    if (status.trouble) {
        catalog->set("trouble", status.trouble->message);
        catalog->set("trouble_since", catalog::to_iso(status.trouble->since));
    }
    return catalog;
}

Object::Ptr incidents_of(const catalog::CatalogFigures& figures) {
    Object::Ptr incidents = object();
    for (const auto& each : figures.incidents)
        incidents->set(std::string(catalog::to_string(each.rule)), each.open);
    return incidents;
}

Object::Ptr notices_of(const catalog::CatalogFigures& figures) {
    Object::Ptr notices = object();
    for (const auto& each : figures.notices) {
        Object::Ptr its = object();
        its->set("pending", each.pending);
        its->set("dead", each.dead);
        notices->set(each.channel, its);
    }
    return notices;
}

}  // namespace

std::string to_json(const DaemonStatus& status) {
    Object::Ptr all = object();
    all->set("version", status.version);
    all->set("started_at", catalog::to_iso(status.started_at));
    all->set("now", catalog::to_iso(status.now));
    all->set("ready", !status.missing);
    all->set("healthy", !status.wrong);
    if (status.wrong) all->set("wrong", *status.wrong);
    Object::Ptr last = object();
    last->set("how", status.last_exit.how);
    last->set("exit_code", status.last_exit.exit_code);
    last->set("service_result", status.last_exit.service_result);
    last->set("sentence", status.last_exit.sentence);
    all->set("last_exit", last);
    all->set("accounts", accounts_of(status));
    all->set("catalog", catalog_of(status));
    if (status.figures) {
        all->set("open_incidents", incidents_of(*status.figures));
        all->set("undelivered_notices", notices_of(*status.figures));
    }
    std::ostringstream out;
    all->stringify(out);
    return out.str();
}

}  // namespace vodcatalog
