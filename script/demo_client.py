"""Client of script/demo: eight connections store and fetch over memcached's unix socket, then the server is told to end.

usage: demo_client.py SOCKET
"""
import socket
import sys
import threading
import time

CONNECTIONS = 8
ROUNDS = 2000


def connect(path, seconds=30):
    """The server needs a moment to make its socket: try until it answers."""
    end = time.monotonic() + seconds
    while True:
        client = socket.socket(socket.AF_UNIX)
        try:
            client.connect(path)
            return client
        except OSError:
            client.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def ask(stream, line):
    stream.write(line)
    stream.flush()
    return stream.readline()


def work(path, number, answers):
    with connect(path) as client, client.makefile("rwb") as stream:
        for i in range(ROUNDS):
            key = b"key%d" % ((i * 7 + number) % 500)
            if ask(stream, b"set %s 0 0 5\r\nhello\r\n" % key) == b"STORED\r\n":
                answers[number] += 1
            if ask(stream, b"get %s\r\n" % key).startswith(b"VALUE"):
                stream.readline()
                stream.readline()
                answers[number] += 1


def main():
    path = sys.argv[1]
    connect(path).close()
    answers = [0] * CONNECTIONS
    threads = [threading.Thread(target=work, args=(path, n, answers)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"-- {sum(answers)} of {CONNECTIONS * ROUNDS * 2} requests answered")
    with connect(path) as client:
        client.sendall(b"shutdown\r\n")
        client.recv(1)


if __name__ == "__main__":
    main()
