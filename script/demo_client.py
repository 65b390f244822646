"""Client of script/demo and script/gallery: eight connections store and fetch over memcached's unix socket, then the server is told to end.

usage: demo_client.py SOCKET [ROUNDS]
"""
import socket
import sys
import threading
import time

CONNECTIONS = 8
DEFAULT_ROUNDS = 2000


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


def work(path, number, rounds, answers):
    with connect(path) as client, client.makefile("rwb") as stream:
        for i in range(rounds):
            key = b"key%d" % ((i * 7 + number) % 500)
            if ask(stream, b"set %s 0 0 5\r\nhello\r\n" % key) == b"STORED\r\n":
                answers[number] += 1
            if ask(stream, b"get %s\r\n" % key).startswith(b"VALUE"):
                stream.readline()
                stream.readline()
                answers[number] += 1


def main():
    path, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else DEFAULT_ROUNDS
    connect(path).close()
    answers = [0] * CONNECTIONS
    threads = [threading.Thread(target=work, args=(path, n, rounds, answers)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"-- {sum(answers)} of {CONNECTIONS * rounds * 2} requests answered")
    with connect(path) as client:
        client.sendall(b"shutdown\r\n")
        client.recv(1)


if __name__ == "__main__":
    main()
