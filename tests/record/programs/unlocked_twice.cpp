// Two functions lock and unlock through the same inline function of the library; with an argument, a third unlock is one too many.
#include <iostream>
#include <mutex>

static std::mutex mutex;

__attribute__((noinline)) static void first() {
  mutex.lock();
  mutex.unlock();
}

__attribute__((noinline)) static void second() {
  mutex.lock();
  mutex.unlock(); /* LAST */
}

int main(int argc, char **) {
  first();
  second();
  if (argc > 1)
    mutex.unlock();
  std::cout << "done\n";
}
