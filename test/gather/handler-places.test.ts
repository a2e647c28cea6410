import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createCodeSource } from "../../src/adapters/git/code-source.ts";
import { createSyntaxReader } from "../../src/adapters/syntax/syntax-reader.ts";
import { indexFiles } from "../../src/gather/code/file-index.ts";
import { handlerPlaces } from "../../src/gather/code/routes/handler-places.ts";
import { createFileReader } from "../../src/gather/code/source-files.ts";
import type { ServedRequest } from "../../src/gather/trace/served-requests.ts";
import { makeRepository, temporaryFolder } from "../adapters/git/git-repository.ts";

const { signal } = new AbortController();
const folder = temporaryFolder();
afterAll(folder.remove);
const syntax = createSyntaxReader();
let repositories = 0;

async function handlersIn(files: Readonly<Record<string, string>>, request: ServedRequest) {
  repositories += 1;
  const repository = makeRepository(join(folder.path, `r${repositories}`));
  const commit = repository.commit({ "README.md": "POST /orders/{id}/refund\n", ...files }, "feat: all");
  const settings = {
    repository: "acme/shop",
    path: repository.path,
    stateDirectory: join(folder.path, "state"),
    isFetched: false,
  } as const;
  const source = await createCodeSource(settings);
  const { paths } = await source.files(commit, "", 1_000, signal);
  const searched = { source, commit, under: "", paths, index: indexFiles(paths) };
  const found = await handlerPlaces([request], searched, createFileReader(source, commit, syntax, signal), signal);
  return found.map(({ place, function: name, score }) => `${place.path}:${place.line} ${name} ${score}`);
}

const refund: ServedRequest = { kind: "http", method: "POST", path: "/orders/{id}/refund" };
const show: ServedRequest = { kind: "http", method: "GET", path: "/api/orders/{id}" };

describe("the function that answers a request", () => {
  it("follows its annotation in Java, and is another for another method", async () => {
    const files = {
      "src/main/java/shop/OrderController.java":
        '@RestController\n@RequestMapping("/orders")\nclass OrderController {\n  @PostMapping("/{id}/refund")\n  Receipt refund(long id) {\n    return null;\n  }\n\n  @GetMapping("/{id}/refund")\n  Receipt look(long id) {\n    return null;\n  }\n}\n',
      "src/main/java/shop/StockController.java":
        '@RestController\n@RequestMapping("/stock")\nclass StockController {\n  @PostMapping("/{id}/refund")\n  void refund(long id) {\n  }\n}\n',
      "src/test/java/shop/OrderControllerTest.java":
        'class OrderControllerTest { void t() { post("/orders/1/refund"); } }\n',
    };
    expect(await handlersIn(files, refund)).toEqual(["src/main/java/shop/OrderController.java:4 refund 1"]);
    expect(await handlersIn(files, { ...refund, method: "GET" })).toEqual([
      "src/main/java/shop/OrderController.java:9 look 1",
    ]);
    expect(await handlersIn(files, { ...refund, method: "DELETE" })).toEqual([]);
  });

  it("is named in Express, behind other functions, in another file", async () => {
    const files = {
      "src/routes/orders.js":
        "const { refund } = require('../controllers/orders');\nrouter.post('/:id/refund', auth, asyncHandler(refund));\nrouter.get('/:id', (req, res) => {\n  res.json(find(req.params.id));\n});\n",
      "src/controllers/orders.js":
        "async function refund(req, res) {\n  res.json({});\n}\nmodule.exports = { refund };\n",
    };
    expect(await handlersIn(files, refund)).toEqual(["src/controllers/orders.js:1 refund 1"]);
    expect(await handlersIn(files, show)).toEqual(["src/routes/orders.js:3 <anonymous> 1"]);
  });

  it("stands below its decorator in Nest and in FastAPI", async () => {
    const nest =
      "@Controller('orders')\nexport class OrdersController {\n  @Post(':id/refund')\n  async refund(@Param('id') id: string) {\n    return id;\n  }\n}\n";
    expect(await handlersIn({ "src/orders.controller.ts": nest }, refund)).toEqual([
      "src/orders.controller.ts:4 refund 1",
    ]);
    const fast =
      'router = APIRouter(prefix="/orders")\n\n@router.get("/{id}")\ndef show(id: int):\n    return id\n\n@router.post("/{id}/refund")\nasync def refund(id: int):\n    return id\n';
    expect(await handlersIn({ "app/api.py": fast }, refund)).toEqual(["app/api.py:8 refund 1"]);
    expect(await handlersIn({ "app/orders.py": fast }, show)).toEqual(["app/orders.py:4 show 1"]);
  });

  it("is a method of a handler in Go", async () => {
    const files = {
      "cmd/main.go":
        'package main\n\nfunc routes(h *Orders) {\n\tr.Route("/orders", func(r chi.Router) {\n\t\tr.Get("/{id}", h.Show)\n\t\tr.Post("/{id}/refund", h.Refund)\n\t})\n}\n',
      "internal/orders.go":
        "package internal\n\nfunc (h *Orders) Refund(w http.ResponseWriter, r *http.Request) {\n\tpanic(1)\n}\n",
    };
    expect(await handlersIn(files, refund)).toEqual(["internal/orders.go:3 Refund 1"]);
  });

  it("is an action of the controller in Laravel and in Rails, a view in Django", async () => {
    expect(
      await handlersIn(
        {
          "routes/api.php": "<?php\nRoute::post('/orders/{id}/refund', [OrderController::class, 'refund']);\n",
          "app/Http/OrderController.php":
            "<?php\nclass OrderController {\n  public function refund($id) {\n    return 1;\n  }\n}\n",
          "app/Http/StockController.php":
            "<?php\nclass StockController {\n  public function refund($id) {\n    return 1;\n  }\n}\n",
        },
        refund,
      ),
    ).toEqual(["app/Http/OrderController.php:3 refund 1"]);
    const rails =
      "class OrdersController < ApplicationController\n  def show\n    1\n  end\n\n  def refund\n    2\n  end\nend\n";
    expect(
      await handlersIn(
        {
          "config/routes.rb":
            "Rails.application.routes.draw do\n  post '/orders/:id/refund', to: 'orders#refund'\nend\n",
          "app/controllers/orders_controller.rb": rails,
        },
        refund,
      ),
    ).toEqual(["app/controllers/orders_controller.rb:6 refund 1"]);
    expect(
      await handlersIn(
        {
          "shop/urls.py": "urlpatterns = [\n    path('orders/<int:id>/refund', views.refund),\n]\n",
          "shop/views.py": "def refund(request, id):\n    return None\n",
        },
        refund,
      ),
    ).toEqual(["shop/views.py:1 refund 1"]);
  });

  it("is found in ASP.NET and axum", async () => {
    const controller =
      '[ApiController]\n[Route("[controller]")]\npublic class OrdersController : ControllerBase\n{\n    [HttpPost("{id}/refund")]\n    public IActionResult Refund(int id)\n    {\n        return Ok();\n    }\n}\n';
    expect(await handlersIn({ "Controllers/OrdersController.cs": controller }, refund)).toEqual([
      "Controllers/OrdersController.cs:5 Refund 1",
    ]);
    const axum =
      'fn app() -> Router {\n    Router::new().route("/orders/:id/refund", get(look).post(refund))\n}\n\nasync fn look() {}\n\nasync fn refund() {\n    panic!();\n}\n';
    expect(await handlersIn({ "src/main.rs": axum }, refund)).toEqual(["src/main.rs:7 refund 1"]);
  });

  it("is an action by convention where Rails declares resources", async () => {
    const files = {
      "config/routes.rb":
        "Rails.application.routes.draw do\n  resources :orders do\n    member { post :refund }\n  end\nend\n",
      "app/controllers/orders_controller.rb":
        "class OrdersController < ApplicationController\n  def show\n    1\n  end\n\n  def refund\n    2\n  end\nend\n",
    };
    expect(await handlersIn(files, refund)).toEqual(["app/controllers/orders_controller.rb:6 refund 1"]);
    expect(await handlersIn(files, show)).toEqual(["app/controllers/orders_controller.rb:2 show 1"]);
  });

  it("answers a remote procedure by its name, in the class of the service", async () => {
    const files = {
      "src/orders.ts": "export class OrdersService {\n  place(order: Order) {\n    return order;\n  }\n}\n",
      "src/stock.ts": "export class StockService {\n  place(item: Item) {\n    return item;\n  }\n}\n",
      "src/generated/orders_pb.ts": "export class OrdersService {\n  place() {}\n}\n",
    };
    expect(await handlersIn(files, { kind: "rpc", service: "shop.v1.OrdersService", method: "Place" })).toEqual([
      "src/orders.ts:2 place 1",
    ]);
    expect(await handlersIn(files, { kind: "rpc", service: null, method: "Place" })).toEqual([
      "src/orders.ts:2 place 0.5",
      "src/stock.ts:2 place 0.5",
    ]);
  });

  it("is nothing where several would answer, or none", async () => {
    const route = (name: string) => `app.post('/orders/:id/refund', (req, res) => {\n  ${name}(req);\n});\n`;
    const files = { "a/orders.js": route("a"), "b/orders.js": route("b"), "c/orders.js": route("c") };
    expect(await handlersIn(files, refund)).toEqual([]);
    expect(await handlersIn({ "a.js": "1\n" }, refund)).toEqual([]);
    expect(await handlersIn(files, { kind: "http", method: "GET", path: "/" })).toEqual([]);
  });
});
