// bench-ceiling PORT CATALOG PER-CALL
//
// What a loop written by hand for nothing but this can do: one thread, epoll, 32 connections,
// simdjson by name, SQLite's C API, 1,000 rows a transaction. Asks the server of the benchmarks
// once for every image of CATALOG, a daemon's, and records the answers as the daemon would. Prints
// a line when its first calls are under way, and at the end what it cost:
// {"images", "cpu_s", "written_bytes"}.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <fstream>
#include <iostream>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "tests/bench/ceiling_catalog.h"
#include "tests/bench/ceiling_image.h"
#include "tests/bench/ceiling_signer.h"

namespace bench {
namespace {

constexpr std::size_t kConnections = 32;
constexpr std::size_t kRowsPerTransaction = 1'000;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

struct Cost {
    double cpu_s = 0;
    std::int64_t written_bytes = 0;

    static Cost so_far() {
        timespec cpu{};
        ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
        Cost cost{static_cast<double>(cpu.tv_sec) + static_cast<double>(cpu.tv_nsec) * 1e-9, 0};
        std::ifstream io("/proc/self/io");
        for (std::string name; io >> name;) {
            if (name == "write_bytes:") io >> cost.written_bytes;
        }
        return cost;
    }
};

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// One keep-alive connection with a call under way: for rows[first, first + count).
struct Connection {
    int descriptor = -1;
    std::size_t first = 0, count = 0;
    std::string in;
    std::size_t body = 0, size = 0;  ///< Where the body begins, and the whole answer's size.
};

class Ceiling {
public:
    Ceiling(int port, const std::string& catalog, std::size_t per_call)
        : per_call_(per_call),
          catalog_(catalog),
          rows_(catalog_.rows()),
          signer_("127.0.0.1:" + std::to_string(port),
                  per_call > 1 ? "GetImageInfos" : "GetImageInfo"),
          connections_(kConnections) {
        images_.reserve(kRowsPerTransaction + per_call);
        connect(port);
    }

    void begin() {
        for (Connection& connection : connections_) ask(connection);
    }
    void run() {
        std::array<epoll_event, kConnections> events{};
        while (answered_ < rows_.size()) {
            const int ready = ::epoll_wait(epoll_, events.data(), events.size(), -1);
            if (ready < 0 && errno != EINTR) fail("epoll_wait");
            for (int i = 0; i < ready; ++i)
                read(connections_[events[static_cast<std::size_t>(i)].data.u64]);
        }
        flush();
    }
    [[nodiscard]] std::size_t answered() const noexcept { return answered_; }

private:
    void connect(int port);
    void ask(Connection& connection);
    void read(Connection& connection);
    void take_answer(Connection& connection);
    void flush();

    const std::size_t per_call_;
    CeilingCatalog catalog_;
    std::vector<CeilingRow> rows_;
    CeilingSigner signer_;
    CeilingParser parser_;
    int epoll_ = -1;
    std::vector<Connection> connections_;
    std::size_t next_ = 0, answered_ = 0;
    std::string query_, request_, body_;
    std::vector<CeilingImage> images_;
    std::size_t image_count_ = 0;
    std::deque<std::string> request_ids_;  ///< Of the answers that are not recorded yet.
    std::vector<CeilingCatalog::Answer> pending_;
};

void Ceiling::connect(int port) {
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int yes = 1;
    for (std::size_t i = 0; i < connections_.size(); ++i) {
        const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            fail("connecting to the server");
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
        connections_[i].descriptor = descriptor;
        connections_[i].in.resize(64 * 1024);
        connections_[i].in.clear();
    }
}

void Ceiling::ask(Connection& connection) {
    connection.first = next_;
    connection.count = std::min(per_call_, rows_.size() - next_);
    next_ += connection.count;
    if (connection.count == 0) return;
    query_.assign("AuthTimeout=3600&").append(per_call_ > 1 ? "ImageIds=" : "ImageId=");
    for (std::size_t i = 0; i < connection.count; ++i) {
        if (i > 0) query_ += "%2C";
        query_ += rows_[connection.first + i].image_id;
    }
    query_ += "&OutputType=cdn";
    signer_.request(query_, request_);
    if (::send(connection.descriptor, request_.data(), request_.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request_.size())) {
        fail("sending a call");
    }
}

void Ceiling::read(Connection& connection) {
    static std::array<char, 64 * 1024> piece;
    const ssize_t size = ::recv(connection.descriptor, piece.data(), piece.size(), MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) fail("reading an answer");
    std::string& in = connection.in;
    in.append(piece.data(), static_cast<std::size_t>(size));
    if (connection.size == 0) {
        static constexpr std::string_view kLength = "Content-Length: ";
        const std::size_t head = in.find("\r\n\r\n");
        if (head == std::string::npos) return;
        const std::size_t length = in.find(kLength);
        if (!in.starts_with("HTTP/1.1 200 ") || length > head)
            throw std::runtime_error("an answer is not as expected: " + in.substr(0, head));
        connection.body = head + 4;
        connection.size =
            connection.body + std::strtoull(in.data() + length + kLength.size(), nullptr, 10);
    }
    if (in.size() >= connection.size) take_answer(connection);
}

void Ceiling::take_answer(Connection& connection) {
    const std::size_t first = connection.first, count = connection.count;
    body_.assign(connection.in, connection.body);
    body_.reserve(body_.size() + simdjson::SIMDJSON_PADDING);
    connection.in.clear();
    connection.size = 0;
    ask(connection);
    const std::size_t before = image_count_;
    std::string& request_id = request_ids_.emplace_back();
    parser_.read(body_, per_call_ > 1, images_, image_count_, request_id);
    if (image_count_ - before != count) throw std::runtime_error("an answer lacks images");
    for (std::size_t i = 0; i < count; ++i) {
        const CeilingImage& image = images_[before + i];
        if (image.image_id != rows_[first + i].image_id)
            throw std::runtime_error("an answer is out of order");
        pending_.push_back({&rows_[first + i], &image, request_id});
    }
    answered_ += count;
    if (image_count_ >= kRowsPerTransaction) flush();
}

void Ceiling::flush() {
    catalog_.record(pending_, now_ms());
    pending_.clear();
    request_ids_.clear();
    image_count_ = 0;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) try {
    if (argc != 4) {
        std::cerr << "usage: bench-ceiling PORT CATALOG PER-CALL\n";
        return 64;
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    auto ceiling = std::make_unique<bench::Ceiling>(std::atoi(argv[1]), argv[2],
                                                    std::strtoull(argv[3], nullptr, 10));
    ceiling->begin();
    std::cout << "ready" << std::endl;
    const bench::Cost before = bench::Cost::so_far();
    ceiling->run();
    const std::size_t answered = ceiling->answered();
    // Closing writes what is left in the write-ahead log into the database. A daemon, which goes on
    // running, does that at the beginning of its next run.
    ceiling.reset();
    const bench::Cost after = bench::Cost::so_far();
    std::cout << "{\"images\": " << answered << ", \"cpu_s\": " << after.cpu_s - before.cpu_s
              << ", \"written_bytes\": " << after.written_bytes - before.written_bytes << "}\n";
} catch (const std::exception& error) {
    std::cerr << "bench-ceiling: " << error.what() << "\n";
    return 1;
}
