"""Publishes persistent messages with confirms: producer.py URI EXCHANGE ROUTING_KEY BODY..."""

import sys

import pika

uri, exchange, routing_key, *bodies = sys.argv[1:]
with pika.BlockingConnection(pika.URLParameters(uri)) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    for position, body in enumerate(bodies, start=1):
        channel.basic_publish(
            exchange=exchange,
            routing_key=routing_key,
            body=body,
            mandatory=True,
            properties=pika.BasicProperties(
                content_type="text/plain",
                delivery_mode=2,
                headers={"client": "pika", "position": position},
            ),
        )
