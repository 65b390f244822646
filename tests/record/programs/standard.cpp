// The C++ standard library's ways to lock and wait, exceptions through them included.
#include <chrono>
#include <condition_variable>
#include <future>
#include <iostream>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <thread>
#include <vector>

static std::mutex mutex;
static std::timed_mutex timed;
static std::recursive_mutex recursive;
static std::shared_mutex shared;
static std::condition_variable condition;
static std::once_flag flag;
static bool is_ready;
static int runs;

struct Single {
  Single() { std::lock_guard<std::mutex> guard(mutex); }
  int value = 3;
};

static Single &single() {
  static Single instance;
  return instance;
}

static void work(long &total) {
  std::call_once(flag, [] { runs++; });
  for (int i = 0; i < 1000; i++) {
    { std::shared_lock<std::shared_mutex> reader(shared); }
    std::unique_lock<std::shared_mutex> writer(shared);
    total++;
  }
  single();
  std::unique_lock<std::mutex> lock(mutex);
  condition.wait(lock, [] { return is_ready; });
  lock.unlock();
  if (timed.try_lock_for(std::chrono::seconds(5)))
    timed.unlock();
  std::scoped_lock<std::mutex, std::recursive_mutex> both(mutex, recursive);
  std::lock_guard<std::recursive_mutex> again(recursive);
}

static int failing_guard() {
  static int value = [] {
    throw std::runtime_error("not now");
    return 1;
  }();
  return value;
}

int main() {
  long total = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++)
    threads.emplace_back([&] { work(total); });
  {
    std::lock_guard<std::mutex> guard(mutex);
    is_ready = true;
  }
  condition.notify_all();
  auto answer = std::async(std::launch::async, [] {
    std::lock_guard<std::mutex> guard(mutex);
    return 42;
  });
  for (int i = 0; i < 2; i++)
    try {
      failing_guard();
    } catch (const std::runtime_error &error) {
      std::cout << error.what() << "\n";
    }
  std::once_flag thrown;
  try {
    std::call_once(thrown, [] { throw 5; });
  } catch (int n) {
    std::cout << "caught " << n << "\n";
  }
  for (auto &thread : threads)
    thread.join();
  std::cout << runs << " " << total << " " << answer.get() << " " << single().value << "\n";
}
