"""Prints and acknowledges messages: consumer.py URI QUEUE COUNT"""

import sys

import pika

uri, queue, count = sys.argv[1:]
left = int(count)


def on_message(channel, method, properties, body):
    global left
    print(body.decode())
    channel.basic_ack(delivery_tag=method.delivery_tag)
    left -= 1
    if left == 0:
        channel.stop_consuming()


with pika.BlockingConnection(pika.URLParameters(uri)) as connection:
    channel = connection.channel()
    channel.queue_declare(queue=queue, passive=True)
    channel.basic_qos(prefetch_count=10)
    channel.basic_consume(queue=queue, on_message_callback=on_message)
    channel.start_consuming()
