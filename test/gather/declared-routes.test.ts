import { describe, expect, it } from "vitest";
import { declaredRoutes } from "../../src/gather/code/routes/declared-routes.ts";
import { matchRoute, routeSegments, wordsOfRoute } from "../../src/gather/code/routes/route-path.ts";

const routesOf = (text: string) =>
  declaredRoutes(text.split("\n")).map(
    ({ method, path, line }) =>
      `${line} ${method ?? "any"} /${routeSegments(path)
        .map((part) => part ?? "*")
        .join("/")}`,
  );

describe("routes above their functions", () => {
  it("of Spring, with the prefix of the class", () => {
    expect(
      routesOf(`@RestController
@RequestMapping("/api/orders")
public class OrderController {
  @GetMapping("/{id}")
  public Order show(@PathVariable("id") long id) { return null; }

  @PostMapping(value = "/{id}/refund", consumes = "application/json")
  public void refund() {}

  @RequestMapping(path = {"/old", "/older"}, method = RequestMethod.DELETE)
  public void drop() {}

  @PostMapping
  public Order place() { return null; }
}`),
    ).toEqual([
      "4 GET /api/orders/*",
      "7 POST /api/orders/*/refund",
      "10 DELETE /api/orders/old",
      "10 DELETE /api/orders/older",
      "13 POST /api/orders",
    ]);
  });

  it("of JAX-RS, whose method and path stand apart", () => {
    expect(
      routesOf('@Path("/orders")\npublic class Orders {\n  @GET\n  @Path("/{id}")\n  public Order show() {}\n}'),
    ).toEqual(["4 GET /orders/*"]);
  });

  it("of Nest", () => {
    expect(
      routesOf(
        "@Controller('orders')\nexport class OrdersController {\n  @Post(':id/refund')\n  refund() {}\n  @Get()\n  list() {}\n}",
      ),
    ).toEqual(["3 POST /orders/*/refund", "5 GET /orders"]);
  });

  it("of Flask and FastAPI, with the prefix of the router", () => {
    expect(
      routesOf(`router = APIRouter(prefix="/orders", tags=["orders"])
bp = Blueprint("stock", __name__, url_prefix="/stock")

@router.post("/{order_id}/refund", status_code=201)
async def refund(order_id: int): ...

@bp.route("/<int:sku>", methods=["DELETE"])
def drop(sku): ...

@app.get("/health")
def health(): ...`),
    ).toEqual(["4 POST /orders/*/refund", "7 DELETE /stock/*", "10 GET /health"]);
  });

  it("of ASP.NET, Symfony and actix", () => {
    expect(
      routesOf(
        '[ApiController]\n[Route("api/[controller]")]\npublic class OrdersController : ControllerBase {\n  [HttpGet("{id:int}")]\n  public IActionResult Show(int id) => null;\n}',
      ),
    ).toEqual(["4 GET /api/orders/*"]);
    expect(
      routesOf("#[Route('/orders/{id}', name: 'show', methods: ['GET'])]\npublic function show(int $id) {}"),
    ).toEqual(["1 GET /orders/*"]);
    expect(routesOf('#[get("/orders/{id}")]\nasync fn show(id: Path<u32>) -> impl Responder {}')).toEqual([
      "1 GET /orders/*",
    ]);
  });
});

describe("routes that are handed their functions", () => {
  it.each([
    ["Express", "router.post('/orders/:id/refund', auth, refund);", ["1 POST /orders/*/refund"]],
    ["Fastify", 'app.get("/orders/:id", { schema }, async (request) => show(request));', ["1 GET /orders/*"]],
    ["a chain", "router.route('/orders').get(list).post(create);", ["1 GET /orders", "1 POST /orders"]],
    ["chi", 'r.Get("/orders/{id}", h.Show)', ["1 GET /orders/*"]],
    ["gin", 'v1 := r.Group("/v1")\nv1.GET("/orders/:id", show)', ["2 GET /v1/orders/*"]],
    ["net/http", 'mux.HandleFunc("POST /orders/{id}", s.place)', ["1 POST /orders/*"]],
    ["gorilla", 'r.HandleFunc("/orders/{id}", show).Methods("GET")', ["1 GET /orders/*"]],
    [
      "Django",
      "urlpatterns = [\n    path('orders/<int:id>/', views.detail),\n    re_path(r'^stock/(?P<sku>\\d+)/$', views.stock),\n]",
      ["2 any /orders/*", "3 any /stock/*"],
    ],
    ["Rails", "  get '/orders/:id', to: 'orders#show'", ["1 GET /orders/*"]],
    ["Sinatra", "get '/orders/:id' do\n  show\nend", ["1 GET /orders/*"]],
    ["Laravel", "Route::get('/orders/{id}', [OrderController::class, 'show']);", ["1 GET /orders/*"]],
    [
      "axum",
      'Router::new().route("/orders/:id", get(show).delete(drop_it))',
      ["1 GET /orders/*", "1 DELETE /orders/*"],
    ],
    ["minimal ASP.NET", 'app.MapGet("/orders/{id}", (int id) => Show(id));', ["1 GET /orders/*"]],
  ])("of %s", (_, text, routes) => {
    expect(routesOf(text)).toEqual(routes);
  });

  it("are not everything that is called get", () => {
    expect(
      routesOf("cache.get('orders', 1);\nmap.get(\"/tmp/\" + x);\nlog('get \"/orders\"');\nheaders.get('x-a')"),
    ).toEqual(["2 GET /tmp"]);
  });

  it("are read in a time that grows with the text", () => {
    for (const text of [
      "@GetMapping(".repeat(20_000),
      "get('/a', ".repeat(20_000),
      "r.get(".repeat(20_000),
      "a=Group(".repeat(20_000),
    ]) {
      const begun = performance.now();
      declaredRoutes(text.match(/.{1,200}/g) ?? []);
      expect(performance.now() - begun).toBeLessThan(3_000);
    }
  });
});

describe("a route and what was asked", () => {
  const match = (declared: string, asked: string, file = "src/a.js") =>
    matchRoute(routeSegments(declared), routeSegments(asked), file);

  it("agree part by part, whatever parameters are called", () => {
    expect(match("/orders/:id/refund", "/orders/{orderId}/refund")).toEqual({ isWhole: true, words: 2 });
    expect(match("/orders/:id", "/orders/17")).toEqual({ isWhole: true, words: 1 });
    expect(match("/orders/:id", "/orders/0198c9f0-7b1a-7cc3-8bb5-2f3a7f0c9d1e")).toEqual({ isWhole: true, words: 1 });
    expect(match("/orders/search", "/orders/{id}")).toBeNull();
    expect(match("/stock/:id", "/orders/{id}")).toBeNull();
  });

  it("may begin elsewhere", () => {
    expect(match("/:id/refund", "/api/orders/{id}/refund")).toEqual({ isWhole: false, words: 1 });
    expect(match("/orders/:id/refund", "/:id/refund")).toBeNull();
  });

  it("agree in parameters alone only in a file that is called after the rest", () => {
    expect(match("/:id", "/api/orders/{id}", "src/routes/orders.js")).toEqual({ isWhole: false, words: 0 });
    expect(match("/:id", "/api/orders/{id}", "src/routes/stock.js")).toBeNull();
  });

  it("are looked for by their rarer words", () => {
    expect(wordsOfRoute(routeSegments("/api/v1/orders/{id}/refund"))).toEqual(["refund", "orders"]);
    expect(wordsOfRoute(routeSegments("/"))).toEqual([]);
  });
});
