#include "daemon/web/health.h"

#include <utility>

namespace vodcatalog {
namespace {

Route verdict_route(std::string path, std::string good, Verdict verdict) {
    const auto answer = [good = std::move(good), verdict = std::move(verdict)](const WebRequest&) {
        const std::optional<std::string> wrong = verdict();
        WebReply reply;
        reply.status = wrong ? 503 : 200;
        reply.body = wrong.value_or(good) + "\n";
        return reply;
    };
    return {"GET", std::move(path), answer};
}

}  // namespace

void add_health_routes(RouteTable& routes, Verdict healthy, Verdict ready) {
    routes.add(verdict_route("/-/healthy", "healthy", std::move(healthy)));
    routes.add(verdict_route("/-/ready", "ready", std::move(ready)));
}

}  // namespace vodcatalog
