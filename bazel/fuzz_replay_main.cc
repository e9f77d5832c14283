// SPDX-License-Identifier: Apache-2.0
//
// Replays a corpus and bounded random mutations of it against a fuzz target.
//
// This stands in for libFuzzer in ordinary builds, so that each fuzz target is
// a quick test as well. It is repeatable: the seed is fixed, printed, and set
// by EYRIE_FUZZ_SEED. With EYRIE_FUZZ_SECONDS it goes on for that long, from a
// seed of its own unless one is given. Usage: FUZZER [FILE|DIR]...
//
// An input that crashes the target is kept as `crash_input` among the test's
// outputs (bazel-testlogs/.../test.outputs), or in the current directory.

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" __attribute__((weak)) int LLVMFuzzerInitialize(int* argc,
                                                          char*** argv);
// NOLINTNEXTLINE(bugprone-reserved-identifier): the sanitizers chose it.
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(
    void (*callback)());

namespace {

using Input = std::vector<uint8_t>;

constexpr uint64_t kDefaultSeed = 20240229;
constexpr uint64_t kMaxMutations = 20'000;
constexpr std::chrono::milliseconds kMaxTime(2000);
constexpr size_t kMaxInputBytes = 64 * 1024;

// The input that is being run, and the file that keeps it if it crashes.
const Input* current_input = nullptr;
std::string* crash_path = nullptr;

// Writes the current input out. Calls only what a signal handler may.
void SaveInput() {
  if (current_input == nullptr || crash_path == nullptr) return;
  const int file =
      open(crash_path->c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return;
  if (write(file, current_input->data(), current_input->size()) >= 0) {
    constexpr char kMessage[] = "the input that crashed is kept in ";
    (void)!write(STDERR_FILENO, kMessage, sizeof(kMessage) - 1);
    (void)!write(STDERR_FILENO, crash_path->data(), crash_path->size());
    (void)!write(STDERR_FILENO, "\n", 1);
  }
  close(file);
}

void SaveInputAndDie(int signal) {
  SaveInput();
  // The default action was restored on entry (SA_RESETHAND).
  raise(signal);
}

// Has the current input saved if the process dies of it.
void WatchForCrashes() {
  const char* directory = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  crash_path = new std::string(directory == nullptr ? "." : directory);
  crash_path->append("/crash_input");

  std::vector<int> signals = {SIGABRT};
  if (__sanitizer_set_death_callback != nullptr) {
    // A sanitizer reports the other signals itself.
    __sanitizer_set_death_callback(SaveInput);
  } else {
    signals.insert(signals.end(), {SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP});
  }
  // A stack of its own, for when the target has used up the other.
  static char stack_memory[64 * 1024];
  stack_t stack = {};
  stack.ss_sp = stack_memory;
  stack.ss_size = sizeof(stack_memory);
  sigaltstack(&stack, nullptr);
  struct sigaction action = {};
  action.sa_handler = SaveInputAndDie;
  action.sa_flags = SA_ONSTACK | static_cast<int>(SA_RESETHAND);
  for (const int signal : signals) sigaction(signal, &action, nullptr);
}

void Run(const Input& input) {
  current_input = &input;
  LLVMFuzzerTestOneInput(input.data(), input.size());
  current_input = nullptr;
}

std::optional<Input> ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return Input(std::istreambuf_iterator<char>(file),
               std::istreambuf_iterator<char>());
}

// Lists the files of the corpus in a fixed order. Directories are searched.
std::vector<std::filesystem::path> ListCorpus(int argc, char** argv) {
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < argc; ++i) {
    if (!std::filesystem::is_directory(argv[i])) {
      files.emplace_back(argv[i]);
      continue;
    }
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(argv[i])) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Changes inputs at random: bits, bytes, runs, splices.
class Mutator {
 public:
  Mutator(uint64_t seed, const std::vector<Input>& corpus)
      : random_(seed), corpus_(corpus) {}

  Input Next() {
    Input input = corpus_[Below(corpus_.size())];
    const size_t steps = 1 + Below(6);
    for (size_t i = 0; i < steps; ++i) Mutate(input);
    if (input.size() > kMaxInputBytes) input.resize(kMaxInputBytes);
    return input;
  }

 private:
  // Returns a number in [0, bound). REQUIRES: bound > 0.
  size_t Below(size_t bound) { return random_() % bound; }

  void Mutate(Input& input) {
    if (input.empty()) {
      input.push_back(static_cast<uint8_t>(random_()));
      return;
    }
    const size_t at = Below(input.size());
    const auto position = input.begin() + static_cast<ptrdiff_t>(at);
    const size_t length = 1 + Below(std::min<size_t>(input.size() - at, 32));
    switch (Below(8)) {
      case 0:
        input[at] ^= static_cast<uint8_t>(1u << Below(8));
        return;
      case 1:
        input[at] = static_cast<uint8_t>(random_());
        return;
      case 2:
        input.insert(position, static_cast<uint8_t>(random_()));
        return;
      case 3:
        input.erase(position, position + static_cast<ptrdiff_t>(length));
        return;
      case 4: {  // Repeats a run.
        const Input run(position, position + static_cast<ptrdiff_t>(length));
        input.insert(position, run.begin(), run.end());
        return;
      }
      case 5: {  // Splices in a part of another input.
        const Input& other = corpus_[Below(corpus_.size())];
        if (other.empty()) return;
        const size_t from = Below(other.size());
        const size_t count = 1 + Below(other.size() - from);
        const auto begin = other.begin() + static_cast<ptrdiff_t>(from);
        input.insert(position, begin, begin + static_cast<ptrdiff_t>(count));
        return;
      }
      case 6: {  // Overwrites a little-endian number with an extreme one.
        static constexpr uint64_t kExtremes[] = {0,
                                                 1,
                                                 0x7f,
                                                 0xff,
                                                 0x7fff,
                                                 0xffff,
                                                 0x7fffffff,
                                                 0xffffffff,
                                                 0x7fffffffffffffff,
                                                 0xffffffffffffffff};
        const uint64_t value = kExtremes[Below(std::size(kExtremes))];
        const size_t width =
            std::min<size_t>(size_t{1} << Below(4), input.size() - at);
        std::memcpy(&input[at], &value, width);
        return;
      }
      default:
        input.resize(at);
        return;
    }
  }

  std::mt19937_64 random_;
  const std::vector<Input>& corpus_;
};

// The number in an environment variable; `fallback` if it is not set.
uint64_t FromEnvironment(const char* name, uint64_t fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::strtoull(text, nullptr, 10);
}

}  // namespace

int main(int argc, char** argv) {
  if (LLVMFuzzerInitialize != nullptr) LLVMFuzzerInitialize(&argc, &argv);

  std::vector<Input> corpus;
  WatchForCrashes();
  for (const std::filesystem::path& path : ListCorpus(argc, argv)) {
    std::optional<Input> input = ReadFile(path);
    if (!input.has_value()) {
      std::fprintf(stderr, "cannot read %s\n", path.c_str());
      return 1;
    }
    Run(*input);
    corpus.push_back(*std::move(input));
  }
  std::printf("replayed %zu corpus files\n", corpus.size());

  corpus.emplace_back();
  const std::chrono::seconds given(FromEnvironment("EYRIE_FUZZ_SECONDS", 0));
  const bool is_long = given.count() > 0;
  const uint64_t seed = FromEnvironment(
      "EYRIE_FUZZ_SEED", is_long ? std::random_device()() : kDefaultSeed);
  std::printf("mutating with EYRIE_FUZZ_SEED=%llu\n",
              static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  Mutator mutator(seed, corpus);
  const auto end = std::chrono::steady_clock::now() +
                   (is_long ? std::chrono::milliseconds(given) : kMaxTime);
  uint64_t count = 0;
  while ((is_long || count < kMaxMutations) &&
         std::chrono::steady_clock::now() < end) {
    Run(mutator.Next());
    ++count;
  }
  std::printf("ran %llu mutations\n", static_cast<unsigned long long>(count));
  return 0;
}
