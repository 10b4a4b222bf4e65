#include "daemon/web/route_table.h"

#include "catalog/error.h"

namespace vodcatalog {

const Route& RouteTable::find(const WebRequest& request) const {
    const std::string& method = request.method == "HEAD" ? "GET" : request.method;
    std::string allow;
    for (const Route& route : routes_) {
        if (route.path != request.path) continue;
        if (route.method == method) return route;
        allow += (allow.empty() ? "" : ", ") + route.method;
        if (route.method == "GET") allow += ", HEAD";
    }
    if (allow.empty()) throw WebRefusal(404, "there is no such page");
    throw WebRefusal(405, "this page takes " + allow, allow);
}

WebReply RouteTable::answer(const WebRequest& request) const {
    try {
        return find(request).handler(request);
    } catch (const WebRefusal& refusal) {
        return refusal.reply();
    } catch (const catalog::Retryable& error) {
        return WebRefusal(503, error.what()).reply();
    }
}

}  // namespace vodcatalog
