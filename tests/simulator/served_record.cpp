#include "tests/simulator/served_record.h"

#include <algorithm>
#include <functional>

#include "tests/simulator/json_writer.h"

namespace simulator {
namespace {

void extend(ServedRecord::Run& run, const RequestId& request_id, std::int64_t sent_at) {
    if (run.count == 0) run.from = sent_at;
    run.to = std::max(run.to, sent_at);
    ++run.count;
    if (run.first.size() < ServedRecord::kFirst) {
        run.first.push_back({request_id, sent_at});
        return;
    }
    run.last.push_back({request_id, sent_at});
    if (run.last.size() > ServedRecord::kLast) run.last.pop_front();
}

/// Takes one answer out of a run; false if the run does not know it.
bool drop(ServedRecord::Run& run, const RequestId& request_id) {
    const auto is_it = [&](const ServedRecord::Sent& sent) {
        return sent.request_id == request_id;
    };
    if (std::erase_if(run.last, is_it) + std::erase_if(run.first, is_it) == 0) return false;
    --run.count;
    if (!run.first.empty()) {
        run.from = run.first.front().at;
        run.to = run.last.empty() ? run.first.back().at : run.last.back().at;
    }
    return true;
}

/// The same among the runs of an image. A run left empty goes, and its neighbours become one if
/// equal.
void take_back_from(std::vector<ServedRecord::Run>& runs, const RequestId& request_id) {
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        if (!drop(*run, request_id)) continue;
        if (run->count > 0) return;
        const auto next = runs.erase(std::next(run).base());
        if (next == runs.begin() || next == runs.end()) return;
        ServedRecord::Run& before = *std::prev(next);
        if (before.status != next->status) return;
        for (const auto& sent : next->first) extend(before, sent.request_id, sent.at);
        for (const auto& sent : next->last) extend(before, sent.request_id, sent.at);
        before.count += next->count - next->first.size() - next->last.size();
        runs.erase(next);
        return;
    }
}

template <typename Sents>
void write_sents(JsonWriter& out, const char* key, const Sents& sents) {
    out.key(key).begin_array();
    for (const ServedRecord::Sent& sent : sents) {
        out.begin_array().text(sent.request_id.text()).number(sent.at).end_array();
    }
    out.end_array();
}

void write_run(JsonWriter& out, const ServedRecord::Run& run) {
    out.begin_object();
    out.member("status", run.status).member("from", run.from).member("to", run.to);
    out.member("answers", run.count);
    write_sents(out, "first", run.first);
    write_sents(out, "last", run.last);
    out.end_object();
}

void write_image(JsonWriter& out, const std::string& image_id, const ServedRecord::Image& image) {
    out.begin_object().member("image_id", image_id).key("runs").begin_array();
    for (const ServedRecord::Run& run : image.runs) write_run(out, run);
    out.end_array().member("without_status", image.without_status).key("not_exist");
    if (image.not_exist) {
        write_run(out, *image.not_exist);
    } else {
        out.null();
    }
    out.end_object();
}

}  // namespace

ServedRecord::Shard& ServedRecord::shard_of(const std::string& image_id) {
    return shards_[std::hash<std::string>{}(image_id) % shards_.size()];
}

void ServedRecord::add(const Told& told, std::int64_t sent_at) {
    for (const auto& [id, status] : told.images) {
        Shard& shard = shard_of(id);
        const std::scoped_lock lock(shard.mutex);
        Image& image = shard.images[id];
        if (!status) {
            ++image.without_status;
            continue;
        }
        if (image.runs.empty() || image.runs.back().status != *status) {
            image.runs.emplace_back().status = *status;
        }
        extend(image.runs.back(), told.request_id, sent_at);
    }
    for (const std::string& id : told.not_exist) {
        Shard& shard = shard_of(id);
        const std::scoped_lock lock(shard.mutex);
        if (!shard.images.contains(id) && ++shard.strangers > kStrangersMax / shards_.size())
            continue;
        Image& image = shard.images[id];
        if (!image.not_exist) image.not_exist = Run{};
        extend(*image.not_exist, told.request_id, sent_at);
    }
}

void ServedRecord::take_back(const Told& told) {
    for (const auto& [id, status] : told.images) {
        Shard& shard = shard_of(id);
        const std::scoped_lock lock(shard.mutex);
        Image& image = shard.images[id];
        if (status) {
            take_back_from(image.runs, told.request_id);
        } else {
            --image.without_status;
        }
    }
    for (const std::string& id : told.not_exist) {
        Shard& shard = shard_of(id);
        const std::scoped_lock lock(shard.mutex);
        std::optional<Run>& run = shard.images[id].not_exist;
        if (run && drop(*run, told.request_id) && run->count == 0) run.reset();
    }
}

ServedRecord::Image ServedRecord::of(const std::string& image_id) const {
    const Shard& shard = const_cast<ServedRecord*>(this)->shard_of(image_id);
    const std::scoped_lock lock(shard.mutex);
    const auto found = shard.images.find(image_id);
    return found == shard.images.end() ? Image{} : found->second;
}

std::string ServedRecord::json(std::int64_t now_ms) const {
    std::string text;
    JsonWriter out(text);
    out.begin_object().member("now", now_ms).key("images").begin_array();
    for (const Shard& shard : shards_) {
        const std::scoped_lock lock(shard.mutex);
        for (const auto& [id, image] : shard.images) {
            write_image(out, id, image);
        }
    }
    out.end_array().end_object();
    return text;
}

std::string ServedRecord::json(std::int64_t now_ms, const std::string& image_id) const {
    std::string text;
    JsonWriter out(text);
    out.begin_object().member("now", now_ms).key("images").begin_array();
    write_image(out, image_id, of(image_id));
    out.end_array().end_object();
    return text;
}

}  // namespace simulator
