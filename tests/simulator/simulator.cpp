#include "tests/simulator/simulator.h"

#include <map>

#include "tests/simulator/account.h"
#include "tests/simulator/call_record.h"
#include "tests/simulator/control.h"
#include "tests/simulator/delivery.h"
#include "tests/simulator/fault_orders.h"
#include "tests/simulator/gateway.h"
#include "tests/simulator/http_server.h"
#include "tests/simulator/key_ring.h"
#include "tests/simulator/secret_record.h"
#include "tests/simulator/served_record.h"
#include "tests/simulator/settings.h"
#include "tests/simulator/tally.h"
#include "tests/simulator/timeline.h"

namespace simulator {
namespace {

bool wants_keep_alive(const HttpRequest& request) {
    return lower(request.header("connection")).find("close") == std::string::npos;
}

}  // namespace

struct Simulator::State {
    State(const Options& options, const vodcatalog::Clock& clock)
        : timeline(clock),
          settings(options.scenario),
          keys(options.seed),
          accounts(options.seed, options.images, options.scenario, timeline.start_ms()),
          gateway(options.seed, timeline.start_ms(), accounts, keys, settings, orders, tally,
                  calls),
          control(accounts, keys, settings, orders, record, calls, tally),
          control_server(parse_loopback("127.0.0.1:0"),
                         [this](Connection& connection) { serve_control(connection); }) {
        for (const Account& account : accounts.all()) {
            keys.add(account.credentials, account.index);
            secrets.add(account.credentials.access_key_id);
            secrets.add(account.credentials.access_key_secret);
            if (servers.contains(account.region)) continue;
            const Loopback any = parse_loopback("127.0.0.1:0");
            const auto serve = [this, region = account.region](Connection& connection) {
                serve_api(region, connection);
            };
            servers.try_emplace(account.region, servers.empty() ? options.listen : any, serve);
        }
    }

    void serve_api(const std::string& region, Connection& connection) {
        tally.add("connection");
        HttpRequest request;
        while (connection.read(request, settings.current()->keep_alive)) {
            const Reply reply = gateway.answer(request, region, timeline.now_ms());
            secrets.note_request(request);
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
    Settings settings;
    FaultOrders orders;
    Tally tally;
    ServedRecord record;
    CallRecord calls;
    SecretRecord secrets;
    KeyRing keys;
    Accounts accounts;
    Gateway gateway;
    Control control;
    // The servers last: their threads use all of the above.
    HttpServer control_server;
    std::map<std::string, HttpServer> servers;  // by region
};

Simulator::Simulator(const Options& options, const vodcatalog::Clock& clock)
    : state_(std::make_unique<State>(options, clock)) {}
Simulator::~Simulator() = default;

const std::string& Simulator::endpoint() const noexcept {
    return state_->servers.at(state_->accounts.main().region).url();
}
const std::string& Simulator::control() const noexcept {
    return state_->control_server.url();
}
const vodcatalog::Credentials& Simulator::credentials() const noexcept {
    return state_->accounts.main().credentials;
}
std::vector<std::string> Simulator::image_ids() const {
    return state_->accounts.main().cloud->planned_ids();
}

std::vector<Simulator::AccountView> Simulator::accounts() const {
    const std::string role = state_->settings.current()->temporary.role;
    std::vector<AccountView> views;
    for (const Account& account : state_->accounts.all()) {
        views.push_back({account.name, account.region, state_->servers.at(account.region).url(),
                         account.credentials, account.role_arn(role.empty() ? "any" : role),
                         "acs:ram::" + account.uid + ":oidc-provider/any",
                         account.cloud->planned_ids()});
    }
    return views;
}

}  // namespace simulator
