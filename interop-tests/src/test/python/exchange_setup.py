"""Declares a durable direct exchange and queue and binds them: exchange_setup.py URI EXCHANGE QUEUE ROUTING_KEY"""

import sys

import pika

uri, exchange, queue, routing_key = sys.argv[1:]
with pika.BlockingConnection(pika.URLParameters(uri)) as connection:
    channel = connection.channel()
    channel.exchange_declare(exchange=exchange, exchange_type="direct", durable=True)
    channel.queue_declare(queue=queue, durable=True)
    channel.queue_bind(exchange=exchange, queue=queue, routing_key=routing_key)
