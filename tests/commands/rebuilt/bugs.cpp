/* The same in C++: what compilers name differently when they inline it. */
#include <atomic>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <thread>

namespace {
std::mutex first, second, third;
std::atomic<bool> is_done{false};

void hidden(std::mutex &a, std::mutex &b) {
  std::lock_guard<std::mutex> outer(a), inner(b);
}
} // namespace

struct account {
  std::mutex mutex, history;
  std::shared_mutex rates;

  void transfer(account &other) {
    std::lock_guard<std::mutex> outer(mutex), inner(other.mutex);
  }
  void note() {
    std::unique_lock<std::mutex> outer(mutex);
    std::scoped_lock<std::mutex> inner(history);
  }
  void replay() {
    std::unique_lock<std::mutex> outer(history), inner(mutex);
  }
  void read() {
    std::shared_lock<std::shared_mutex> outer(rates);
    std::unique_lock<std::mutex> inner(third);
  }
  void write() {
    std::unique_lock<std::mutex> outer(third);
    std::unique_lock<std::shared_mutex> inner(rates);
  }
};

template <class T> struct locked {
  std::mutex mutex;
  T value{};
  void with(std::mutex &other) {
    std::lock_guard<std::mutex> outer(mutex), inner(other);
  }
  void within(std::mutex &other) {
    std::lock_guard<std::mutex> outer(other), inner(mutex);
  }
};

static locked<int> counter;

int main() {
  auto a = std::make_unique<account>(), b = std::make_unique<account>();
  std::thread forward([&] {
    {
      std::lock_guard<std::mutex> outer(first);
      std::lock_guard<std::mutex> inner(second);
    }
    a->transfer(*b);
    a->note();
    a->read();
    counter.with(third);
    hidden(second, third);
    is_done = true;
  });
  std::thread backward([&] {
    while (!is_done)
      std::this_thread::yield();
    {
      std::lock_guard<std::mutex> outer(second);
      std::lock_guard<std::mutex> inner(first);
    }
    b->transfer(*a);
    a->replay();
    a->write();
    counter.within(third);
    hidden(third, second);
  });
  forward.join();
  backward.join();
}
