"""Deletes a queue, as whoever has the workers' account on RabbitMQ can: NAME."""

import sys

import pika

from dane.config import cfg

account = pika.PlainCredentials(cfg.RABBITMQ.USER, cfg.RABBITMQ.PASSWORD)
where = pika.ConnectionParameters(host=cfg.RABBITMQ.HOST, port=cfg.RABBITMQ.PORT, credentials=account)
with pika.BlockingConnection(where) as connection:
    connection.channel().queue_delete(sys.argv[1])
