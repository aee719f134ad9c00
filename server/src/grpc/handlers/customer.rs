//! `CustomerService`.

use sluice_proto::v1::{self, customer_service_server::CustomerService};

use super::service;
use crate::grpc::convert::customer;

service! { CustomerService:
    change create_customer(CreateCustomerRequest) -> CreateCustomerResponse { customer } by customer::create;
    change update_customer(UpdateCustomerRequest) -> UpdateCustomerResponse { customer } by customer::update;
    get get_customer(GetCustomerRequest) -> GetCustomerResponse { customer };
    list list_customers(ListCustomersRequest) -> ListCustomersResponse { customers };
}
