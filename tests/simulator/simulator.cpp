#include "tests/simulator/simulator.h"

#include "tests/simulator/api.h"
#include "tests/simulator/cloud.h"
#include "tests/simulator/control.h"
#include "tests/simulator/delivery.h"
#include "tests/simulator/history.h"
#include "tests/simulator/http_server.h"
#include "tests/simulator/secret_record.h"
#include "tests/simulator/served_record.h"
#include "tests/simulator/settings.h"
#include "tests/simulator/tally.h"
#include "tests/simulator/timeline.h"

namespace simulator {
namespace {

vodcatalog::Credentials make_credentials(std::uint64_t seed) {
    return {"LTAI5t" + make_image_id(seed, 2'000'000'000'001).substr(0, 18),
            make_image_id(seed, 2'000'000'000'002).substr(0, 30), ""};
}

bool wants_keep_alive(const HttpRequest& request) {
    return lower(request.header("connection")).find("close") == std::string::npos;
}

}  // namespace

struct Simulator::State {
    State(const Options& options, const vodcatalog::Clock& clock)
        : timeline(clock),
          credentials(make_credentials(options.seed)),
          settings(options.scenario),
          cloud(options.seed, options.images, options.scenario, timeline.start_ms()),
          api(options.seed, cloud, settings, orders, tally, credentials),
          control(options.seed, cloud, settings, orders, record, tally),
          api_server(options.listen, [this](Connection& connection) { serve_api(connection); }),
          control_server(parse_loopback("127.0.0.1:0"),
                         [this](Connection& connection) { serve_control(connection); }) {
        secrets.add(credentials.access_key_id);
        secrets.add(credentials.access_key_secret);
    }

    void serve_api(Connection& connection) {
        tally.add("connection");
        HttpRequest request;
        while (connection.read(request, settings.current()->keep_alive)) {
            const Reply reply = api.answer(request, timeline.now_ms());
            secrets.note(reply.body);
            const bool keep_alive = wants_keep_alive(request);
            const auto scenario = settings.current();
            if (!deliver(reply, *scenario, timeline, keep_alive, connection, record)) return;
        }
    }

    void serve_control(Connection& connection) {
        HttpRequest request;
        while (connection.read(request, std::chrono::seconds{60})) {
            const bool about_secrets = request.method == "GET" && request.path == "/secrets";
            const ControlReply reply = about_secrets ? ControlReply{200, secrets.json()}
                                                     : control.answer(request, timeline.now_ms());
            const bool keep_alive = wants_keep_alive(request);
            std::string head = "HTTP/1.1 " + std::to_string(reply.http_status) +
                               " -\r\nContent-Type: application/json\r\nContent-Length: " +
                               std::to_string(reply.body.size()) +
                               "\r\nConnection: " + (keep_alive ? "keep-alive" : "close") +
                               "\r\n\r\n";
            if (!connection.send(head + reply.body) || !keep_alive) return;
        }
    }

    const Timeline timeline;
    const vodcatalog::Credentials credentials;
    Settings settings;
    FaultOrders orders;
    Tally tally;
    ServedRecord record;
    SecretRecord secrets;
    Cloud cloud;
    Api api;
    Control control;
    HttpServer api_server;  // the two servers last: their threads use all of the above
    HttpServer control_server;
};

Simulator::Simulator(const Options& options, const vodcatalog::Clock& clock)
    : state_(std::make_unique<State>(options, clock)) {}
Simulator::~Simulator() = default;

const std::string& Simulator::endpoint() const noexcept {
    return state_->api_server.url();
}
const std::string& Simulator::control() const noexcept {
    return state_->control_server.url();
}
const vodcatalog::Credentials& Simulator::credentials() const noexcept {
    return state_->credentials;
}
std::vector<std::string> Simulator::image_ids() const {
    return state_->cloud.planned_ids();
}

}  // namespace simulator
