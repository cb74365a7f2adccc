<?php

declare(strict_types=1);

/** The control API of aep-mock, as far as the tests need it. GET /openapi.json describes all of it. */
final class Aep
{
    private readonly string $url;

    public function __construct()
    {
        // Set by `aep-mock exec`.
        $this->url = getenv('AEP_MOCK_URL') ?: throw new RuntimeException('start this with aep-mock exec');
    }

    /** What the mock expected and did not see is an exception, with the timeline. */
    public function call(string $method, string $path, ?array $body = null): array
    {
        $http = ['method' => $method, 'header' => 'Content-Type: application/json', 'ignore_errors' => true];
        if ($body !== null) {
            $http['content'] = json_encode($body, JSON_THROW_ON_ERROR);
        }
        $answer = file_get_contents("$this->url/_mock/$path", context: stream_context_create(['http' => $http]));
        $result = json_decode($answer, true, flags: JSON_THROW_ON_ERROR);
        foreach ($result['errors'] ?? [] as ['message' => $message, 'hint' => $hint]) {
            throw new RuntimeException("$message\n$hint");
        }

        return $result;
    }

    /** Publishes a generated event, with some fields as given: ['data.product.uuid' => '…']; answers its id. */
    public function publish(string $type, array $fields = []): string
    {
        $set = (object) $fields;

        return $this->call('POST', 'publish', ['types' => [$type], 'set' => $set])['published'][0]['id'];
    }

    /** The deliveries of an event, with their attempts. */
    public function deliveries(string $eventId): array
    {
        return $this->call('GET', "deliveries?order=asc&event_id=$eventId")['items'];
    }
}
