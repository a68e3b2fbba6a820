"""Processes as /proc shows them: whose port it is, what a process started, how much memory it has."""
import collections
import ipaddress
import os
import socket
import sys

LISTENING = '0A'


def descendants(roots):
    """The processes and all that they started."""
    children = collections.defaultdict(list)
    for pid in _all_pids():
        fields = _stat(pid)
        if fields:
            children[int(fields[1])].append(pid)
    found, todo = [], list(roots)
    while todo:
        pid = todo.pop()
        if pid not in found:
            found.append(pid)
            todo += children[pid]
    return found


def listening_on(host, port):
    """The processes that listen on a port of this machine; none if the host is another one, or they are not ours."""
    if not _is_here(host):
        return []
    inodes = set()
    for table in ('/proc/net/tcp', '/proc/net/tcp6'):
        inodes |= _listening_inodes(table, port)
    return [pid for pid in _all_pids() if inodes & _socket_inodes(pid)]


def is_alive(pid):
    """Whether it runs; one that has ended and is still to be waited for does not."""
    fields = _stat(pid)
    return bool(fields) and fields[0] not in 'ZX'


def resident_pages(pid):
    """Pages of memory that it has, 0 if it is gone."""
    try:
        with open(f'/proc/{pid}/statm') as file:
            return int(file.read().split()[1])
    except OSError:
        return 0


def forget_peak(pids):
    """Lets the peak of resident memory begin anew, where we may."""
    for pid in pids:
        try:
            with open(f'/proc/{pid}/clear_refs', 'w') as file:
                file.write('5')
        except OSError:
            pass


def _all_pids():
    return [int(name) for name in os.listdir('/proc') if name.isdigit()]


def _stat(pid):
    """The fields of /proc/PID/stat behind the name: state, parent and so on."""
    try:
        with open(f'/proc/{pid}/stat') as file:
            return file.read().rsplit(')', 1)[1].split()
    except OSError:
        return None


def _is_here(host):
    try:
        addresses = {info[4][0] for info in socket.getaddrinfo(host, None)}
    except socket.gaierror:
        return False
    return any(_is_own(address) for address in addresses)


def _is_own(address):
    """Whether a socket can be bound to it, which takes an address of this machine."""
    parsed = ipaddress.ip_address(address.split('%')[0])
    if parsed.is_loopback:
        return True
    with socket.socket(socket.AF_INET if parsed.version == 4 else socket.AF_INET6) as probe:
        try:
            probe.bind((address, 0))
            return True
        except OSError:
            return False


def _listening_inodes(table, port):
    inodes = set()
    try:
        with open(table) as file:
            for line in list(file)[1:]:
                fields = line.split()
                if fields[3] == LISTENING and int(fields[1].rsplit(':', 1)[1], 16) == port:
                    inodes.add(fields[9])
    except OSError as e:
        print(f'compare: {e}', file=sys.stderr)
    return inodes


def _socket_inodes(pid):
    inodes = set()
    try:
        for name in os.listdir(f'/proc/{pid}/fd'):
            link = os.readlink(f'/proc/{pid}/fd/{name}')
            if link.startswith('socket:['):
                inodes.add(link[8:-1])
    except OSError:
        pass
    return inodes
