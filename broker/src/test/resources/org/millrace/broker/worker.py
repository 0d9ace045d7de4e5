# A worker as the original library's workers are: declares, consumes one at a time, answers, acknowledges.
import json, sys
import pika

port, user, password, exchange, queue, key, count = sys.argv[1:8]
connection = pika.BlockingConnection(pika.ConnectionParameters(
    host="127.0.0.1", port=int(port), credentials=pika.PlainCredentials(user, password)))
channel = connection.channel()
channel.exchange_declare(exchange=exchange, exchange_type="topic")
channel.queue_declare(queue, arguments={"x-max-priority": 10}, durable=True)
channel.queue_bind(exchange=exchange, queue=queue, routing_key=key)
channel.basic_qos(prefetch_count=1)
print("ready", flush=True)
left = int(count)
for method, properties, body in channel.consume(queue, auto_ack=False):
    task = json.loads(body)
    channel.basic_publish(
        exchange="", routing_key=properties.reply_to,
        properties=pika.BasicProperties(correlation_id=properties.correlation_id, delivery_mode=2),
        body=json.dumps({"state": 200, "message": "did " + task["task"]["key"]}))
    channel.basic_ack(delivery_tag=method.delivery_tag)
    left -= 1
    if left == 0:
        break
channel.cancel()
connection.close()
