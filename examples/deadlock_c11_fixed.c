/* deadlock_c11_fixed - deadlock_c11, repaired: the account with the lower address is always locked first. */
#include <stdio.h>
#include <threads.h>

#include "lucky_order.h"

struct account {
  mtx_t lock;
  int balance;
};

struct order {
  struct account *from, *to;
  int turn;
};

static int move(void *argument) {
  struct order *order = argument;
  struct account *first = order->from < order->to ? order->from : order->to;
  struct account *second = order->from < order->to ? order->to : order->from;
  lucky_wait(order->turn);
  mtx_lock(&first->lock);
  mtx_lock(&second->lock);
  order->from->balance -= 5;
  order->to->balance += 5;
  mtx_unlock(&second->lock);
  mtx_unlock(&first->lock);
  lucky_next();
  return 0;
}

int main(void) {
  static struct account mine, yours;
  mtx_init(&mine.lock, mtx_plain);
  mtx_init(&yours.lock, mtx_plain);
  struct order orders[] = {{&mine, &yours, 0}, {&yours, &mine, 1}};
  thrd_t threads[2];
  for (int i = 0; i < 2; i++)
    thrd_create(&threads[i], move, &orders[i]);
  for (int i = 0; i < 2; i++)
    thrd_join(threads[i], NULL);
  mtx_destroy(&mine.lock);
  mtx_destroy(&yours.lock);
  printf("mine %d, yours %d\n", mine.balance, yours.balance);
  return 0;
}
